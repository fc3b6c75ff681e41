import { type SamplerOptions, logProbabilities } from "../sampling/index.ts";
import { type Piece, type ScoredToken, type TokenText, textOfToken } from "./generation.ts";

/** The log-probabilities of a place as results have them: alternatives with their text. */
export function scored(
  tokenizer: TokenText,
  token: number,
  { logprob, topLogprobs }: ReturnType<typeof logProbabilities>,
): ScoredToken {
  return {
    token,
    text: textOfToken(tokenizer, token),
    logprob: logprob ?? null,
    ...(topLogprobs !== undefined && {
      topLogprobs: topLogprobs.map((top) => ({ ...top, text: textOfToken(tokenizer, top.token) })),
    }),
  };
}

/** The prompt's tokens as they are echoed. */
export class PromptEcho {
  readonly scores: ScoredToken[] = [];
  private readonly tokenizer: TokenText;
  private readonly prompt: readonly number[];
  private readonly wanted: SamplerOptions["logprobs"];

  constructor(tokenizer: TokenText, prompt: readonly number[], wanted: SamplerOptions["logprobs"]) {
    this.tokenizer = tokenizer;
    this.prompt = prompt;
    this.wanted = wanted;
    if (wanted !== undefined && wanted !== false) this.scores.push(scored(tokenizer, prompt[0], {}));
  }

  /** Whether the logits after each token are needed. */
  get needsLogits(): boolean {
    return this.scores.length > 0;
  }

  /** Takes the logits after a token of the prompt. */
  see(logits: Float32Array, position: number): void {
    if (position + 1 >= this.prompt.length) return;
    const next = this.prompt[position + 1];
    this.scores.push(scored(this.tokenizer, next, logProbabilities(logits, next, this.wanted)));
  }

  /** A piece for each token, with control tokens as text: the prompt may hold them. */
  *pieces(): Generator<Piece, void, undefined> {
    const decoder = this.tokenizer.createDecoder({ special: true });
    for (const [i, token] of this.prompt.entries()) {
      const { logprob, topLogprobs } = this.scores[i] ?? {};
      const text = decoder.push(token) + (i + 1 === this.prompt.length ? decoder.flush() : "");
      yield {
        token,
        text,
        fromPrompt: true,
        ...(typeof logprob === "number" && { logprob }),
        ...(topLogprobs !== undefined && { topLogprobs }),
      };
    }
  }
}
