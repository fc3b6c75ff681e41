import type { SamplerSpec } from "../../src/sampling/index.ts";

/** A case of `golden/sampling.json`. */
export interface SamplingCase {
  readonly sampler: string;
  readonly params: Readonly<Record<string, number>>;
  readonly previous_tokens: number[];
  readonly logits: number[];
  readonly kept: readonly [id: number, probability: number][];
}

/** A case's samplers as the command takes them; the case of a chain names its parameters in one object. */
export function samplersOfCase({ sampler, params }: SamplingCase): SamplerSpec[] {
  if (!sampler.startsWith("chain")) return [{ [sampler]: params }];
  const { k, p, min_p, t } = params;
  return [{ top_k: { k } }, { top_p: { p } }, { min_p: { p: min_p } }, { temperature: { t } }];
}
