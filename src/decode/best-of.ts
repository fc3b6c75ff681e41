import type { LoadedModel } from "../model/index.ts";
import { randomSeed } from "../sampling/index.ts";
import type { Alternative, GenerationResult, Piece, Pieces, TokenText } from "./generation.ts";
import { PromptCache } from "./prompt-cache.ts";
import { type TokenOptions, sampleText } from "./sample-text.ts";

/**
 * Generates `bestOf` texts, with the seeds seed, seed + 1, …, and gives the one of the highest mean log-probability; of
 * equals the first. The prompt is computed once. All pieces come at the end; a time limit counts for all texts together.
 */
export async function* bestOfTexts(
  model: LoadedModel,
  tokenizer: TokenText,
  prompt: readonly number[],
  options: TokenOptions,
  given?: PromptCache,
): Pieces {
  const { bestOf = 1, seed = randomSeed(), logprobs = false, timeLimit = Infinity } = options;
  const cache = given ?? new PromptCache(model, { contextLength: options.contextLength });
  const started = performance.now();
  const found: { readonly pieces: Piece[]; readonly result: GenerationResult; readonly score: number }[] = [];
  try {
    for (let i = 0; i < bestOf; i++) {
      const left = timeLimit - (performance.now() - started);
      if (i > 0 && left <= 0) break;
      const own = { ...options, seed: seed + i, logprobs: logprobs === false ? true : logprobs, timeLimit: left };
      const source = sampleText(model, tokenizer, prompt, own, cache);
      const pieces: Piece[] = [];
      let next = await source.next();
      for (; next.done !== true; next = await source.next()) pieces.push(next.value);
      found.push({ pieces, result: next.value, score: meanLogprob(next.value) });
    }
  } finally {
    if (cache !== given) await cache.close();
  }
  found.sort((a, b) => b.score - a.score);
  const { pieces, result } = found[0];
  for (const piece of pieces) yield logprobs === false ? withoutLogprob(piece) : piece;
  const { logprobs: scores, promptLogprobs, ...rest } = result;
  return {
    ...rest,
    ...(logprobs !== false && scores !== undefined && { logprobs: scores }),
    ...(logprobs !== false && promptLogprobs !== undefined && { promptLogprobs }),
    alternatives: found.map(({ result: { tokens, text, finishReason }, score }): Alternative => {
      return { tokens, text, score, finishReason };
    }),
  };
}

/** Of a text without tokens: the worst. */
function meanLogprob({ logprobs = [] }: GenerationResult): number {
  if (logprobs.length === 0) return -Infinity;
  return logprobs.reduce((sum, { logprob }) => sum + (logprob ?? 0), 0) / logprobs.length;
}

function withoutLogprob(piece: Piece): Piece {
  return Object.fromEntries(Object.entries(piece).filter(([name]) => name !== "logprob")) as unknown as Piece;
}
