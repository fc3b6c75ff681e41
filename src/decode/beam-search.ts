import { pow } from "../../kernels/reference/index.ts";
import type { Sequence } from "../cache/index.ts";
import { PellucidError } from "../errors.ts";
import type { LoadedModel } from "../model/index.ts";
import {
  type ChainSampler,
  candidatesOf,
  chainOfOptions,
  logNormalizer,
  runChain,
  selectTop,
  topLogProbabilities,
} from "../sampling/index.ts";
import { Answer, endTokensOf } from "./answer.ts";
import { BeamCache, type BeamText } from "./beam-cache.ts";
import type { Deadline } from "./deadline.ts";
import type { ScoredToken, StoppedBy, TokenText } from "./generation.ts";
import { scored } from "./prompt-echo.ts";
import type { TokenOptions } from "./sample-text.ts";

/** A generated text with its log-probabilities. */
interface Scored {
  readonly generated: readonly number[];
  /** The sum of the tokens' log-probabilities, as penalties and bans leave them. */
  readonly sum: number;
  /** The model's own; empty where they are not wanted. */
  readonly scores: readonly ScoredToken[];
}

/** A text under way. */
interface Beam extends BeamText, Scored {}

/** A text with one token more. */
interface Continuation extends Scored {
  readonly beam: Beam;
}

/** A text that is compared with others. */
export interface FinishedBeam extends Scored {
  /** The limit that ended it, unless something else did. */
  readonly limit: StoppedBy;
  readonly score: number;
}

/**
 * Beam search: of all texts with one token more, the `beams` likeliest are followed, until no text under way can become
 * better than those that are finished. Bias, penalties and bans change the log-probabilities; nothing is drawn.
 * Source: Lowerre 1976, "The HARPY Speech Recognition System"; the length penalty as in transformers, sum / length^penalty.
 */
export class BeamSearch {
  private readonly tokenizer: TokenText;
  private readonly prompt: readonly number[];
  private readonly options: TokenOptions;
  private readonly endTokens: readonly number[];
  private readonly samplers: readonly ChainSampler[];
  private readonly cache: BeamCache;
  private readonly count: number;
  private finished: FinishedBeam[] = [];
  /** When the prompt was computed, by `performance.now()`. */
  prefilled = 0;

  constructor(model: LoadedModel, tokenizer: TokenText, prompt: readonly number[], options: TokenOptions) {
    this.tokenizer = tokenizer;
    this.prompt = prompt;
    this.options = options;
    this.count = options.beams ?? 1;
    this.endTokens = endTokensOf(tokenizer, options);
    this.samplers = chainOfOptions({ ...options, temperature: 0 })
      .filter(({ name }) => name !== "temperature")
      .map(({ sampler }) => sampler);
    this.cache = new BeamCache(model);
  }

  /**
   * The best texts, the best first.
   * @param most the most tokens of one, and which limit that is
   */
  async run(most: number, limit: StoppedBy, deadline: Deadline): Promise<FinishedBeam[]> {
    const { prompt, options, count } = this;
    let alive: Beam[] = [{ tokens: prompt, sequence: this.cache.start(), generated: [], sum: 0, scores: [] }];
    for (let length = 0; alive.length > 0; length++) {
      const ended = length === most ? limit : length > 0 && deadline.isUp() ? "time" : undefined;
      if (ended !== undefined) for (const beam of alive) this.finish(beam, ended);
      if (ended !== undefined) break;
      const continuations: Continuation[] = [];
      const texts = alive;
      await this.cache.advance(
        texts,
        (i, logits) => continuations.push(...this.continuationsOf(texts[i], logits)),
        options,
      );
      if (length === 0) this.prefilled = performance.now();
      alive = grown(alive, this.choose(continuations));
      this.finished = best(this.finished, count);
      // The most that a text under way can come to, since its sum can only fall.
      const longest = (options.lengthPenalty ?? 1) >= 0 ? most : length + 2;
      const worst = this.finished.length < count ? -Infinity : this.finished[count - 1].score;
      if (alive.every(({ sum }) => this.scoreOf(sum, longest) <= worst)) break;
    }
    if (this.finished.length > 0) return best(this.finished, count);
    throw new PellucidError(
      "NO_CANDIDATES",
      "no text can be generated: the bans leave no token; check them and the bias",
    );
  }

  /** The generated tokens as text. */
  answerOf(generated: readonly number[]): Answer {
    const answer = new Answer(this.tokenizer, this.options);
    for (const token of generated) answer.push(token);
    return answer;
  }

  close(): void {
    this.cache.close();
  }

  /** The likeliest continuations of a text. */
  private continuationsOf(beam: Beam, logits: Float32Array): Continuation[] {
    const { tokenizer, prompt, endTokens, options } = this;
    const context = { previousTokens: beam.tokens, promptLength: prompt.length, endTokens, random: () => 0 };
    const { candidates } = runChain(this.samplers, candidatesOf(logits), context);
    const normalizer = logNormalizer(candidates.logits);
    const { logprobs: wanted = false } = options;
    const own = wanted === false ? 0 : logNormalizer(logits);
    const topLogprobs = wanted === false || wanted === true ? undefined : topLogProbabilities(logits, wanted);
    // Texts that end take no place among those under way, so there may be more of them.
    const top = selectTop(candidates, this.count + endTokens.length);
    const found: Continuation[] = [];
    for (const [i, token] of top.ids.entries()) {
      if (top.logits[i] === -Infinity) continue;
      const scores =
        wanted === false
          ? []
          : [
              ...beam.scores,
              scored(tokenizer, token, { logprob: logits[token] - own, ...(topLogprobs && { topLogprobs }) }),
            ];
      found.push({ beam, generated: [...beam.generated, token], sum: beam.sum + top.logits[i] - normalizer, scores });
    }
    return found;
  }

  /** Those that are followed; those that have ended on the way are finished. */
  private choose(continuations: Continuation[]): Continuation[] {
    const chosen: Continuation[] = [];
    for (const continuation of continuations.sort((a, b) => b.sum - a.sum)) {
      if (chosen.length === this.count) break;
      if (this.answerOf(continuation.generated).stoppedBy === undefined) chosen.push(continuation);
      else this.finish(continuation, "end");
    }
    return chosen;
  }

  private finish({ generated, sum, scores }: Scored, limit: StoppedBy): void {
    this.finished.push({ generated, sum, scores, limit, score: this.scoreOf(sum, generated.length) });
  }

  private scoreOf(sum: number, length: number): number {
    return sum / pow(Math.max(1, length), this.options.lengthPenalty ?? 1);
  }
}

function best(finished: readonly FinishedBeam[], count: number): FinishedBeam[] {
  return [...finished].sort((a, b) => b.score - a.score).slice(0, count);
}

/** The chosen texts with their new tokens. The first that continues a text takes over its cache, others share its pages. */
function grown(alive: readonly Beam[], chosen: readonly Continuation[]): Beam[] {
  const taken = new Set<Beam>();
  const sequenceFor = (beam: Beam): Sequence => {
    if (taken.has(beam)) return beam.sequence.fork();
    taken.add(beam);
    return beam.sequence;
  };
  const beams = chosen.map(({ beam, generated, sum, scores }): Beam => {
    const tokens = [...beam.tokens, generated[generated.length - 1]];
    return { tokens, sequence: sequenceFor(beam), generated, sum, scores };
  });
  for (const beam of alive) if (!taken.has(beam)) beam.sequence.truncate(0);
  return beams;
}
