import { type Candidates, candidatesOf, pick } from "./candidates.ts";
import { createRandom } from "./random.ts";
import { type SamplerSpec, samplerOf } from "./samplers-by-name.ts";
import { sortDescending } from "./select-top.ts";
import { probabilitiesOf } from "./softmax.ts";
import { type ChainSampler, runChain } from "./stateful-sampler.ts";

/**
 * Applies samplers in order and lists the tokens that are left, the likeliest first, with their probabilities.
 * @param logits one row. [vocabularySize]
 * @param previousTokens the text so far, oldest token first
 * @param samplers as JSON, or functions of one's own; those with a memory begin with what they remember at first
 * @throws InvalidArgumentError for a sampler that is not known or has wrong parameters
 */
export function applySamplers(
  logits: Float32Array | readonly number[],
  previousTokens: readonly number[],
  samplers: readonly (SamplerSpec | ChainSampler)[],
  { seed = 0 }: { readonly seed?: number } = {},
): [id: number, probability: number][] {
  const context = { previousTokens, random: createRandom(seed) };
  const all = candidatesOf(Float32Array.from(logits));
  const kept = possible(runChain(samplers.map(samplerFrom), all, context).candidates);
  const sorted = sortDescending(kept);
  return Array.from(probabilitiesOf(sorted), (probability, i) => [sorted.ids[i], probability]);
}

/** The sampler itself of one that may be JSON. */
export function samplerFrom(sampler: SamplerSpec | ChainSampler): ChainSampler {
  return isSampler(sampler) ? sampler : samplerOf(sampler);
}

function isSampler(sampler: SamplerSpec | ChainSampler): sampler is ChainSampler {
  return typeof sampler === "function" || typeof sampler.apply === "function";
}

/** Without the impossible ones. */
function possible(candidates: Candidates): Candidates {
  const positions: number[] = [];
  for (let i = 0; i < candidates.logits.length; i++) if (candidates.logits[i] > -Infinity) positions.push(i);
  return pick(candidates, positions, candidates.sorted);
}
