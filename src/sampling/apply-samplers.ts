import { type Candidates, type Sampler, candidatesOf, pick } from "./candidates.ts";
import { createRandom } from "./random.ts";
import { type SamplerSpec, samplerOf } from "./samplers-by-name.ts";
import { sortDescending } from "./select-top.ts";
import { probabilitiesOf } from "./softmax.ts";

/**
 * Applies samplers in order and lists the tokens that are left, the likeliest first, with their probabilities.
 * @param logits one row. [vocabularySize]
 * @param previousTokens the text so far, oldest token first
 * @param samplers as JSON, or functions of one's own
 * @throws InvalidArgumentError for a sampler that is not known or has wrong parameters
 */
export function applySamplers(
  logits: Float32Array | readonly number[],
  previousTokens: readonly number[],
  samplers: readonly (SamplerSpec | Sampler)[],
  { seed = 0 }: { readonly seed?: number } = {},
): [id: number, probability: number][] {
  const context = { previousTokens, random: createRandom(seed) };
  const all = candidatesOf(Float32Array.from(logits));
  const kept = possible(runChain(samplersOf(samplers), all, context));
  const sorted = sortDescending(kept);
  return Array.from(probabilitiesOf(sorted), (probability, i) => [sorted.ids[i], probability]);
}

/** The functions of a list that may hold JSON. */
export function samplersOf(samplers: readonly (SamplerSpec | Sampler)[]): Sampler[] {
  return samplers.map((sampler) => (typeof sampler === "function" ? sampler : samplerOf(sampler)));
}

/** What is left after all samplers. */
export function runChain(samplers: readonly Sampler[], all: Candidates, context: Parameters<Sampler>[1]): Candidates {
  let candidates = all;
  for (const sampler of samplers) candidates = sampler(candidates, context);
  return candidates;
}

/** Without the impossible ones. */
function possible(candidates: Candidates): Candidates {
  const positions: number[] = [];
  for (let i = 0; i < candidates.logits.length; i++) if (candidates.logits[i] > -Infinity) positions.push(i);
  return pick(candidates, positions, candidates.sorted);
}
