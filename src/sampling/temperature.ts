import { type Candidates, type Sampler, indexOfLargest, slice } from "./candidates.ts";

/**
 * Divides the logits by `t`: below 1 the likely become likelier, above 1 the distribution flattens. 0 or less: only the
 * likeliest token is left, the first of equals.
 * Source: Ackley, Hinton, Sejnowski 1985, "A Learning Algorithm for Boltzmann Machines".
 */
export function temperature({ t }: { readonly t: number }): Sampler {
  return (candidates) => applyTemperature(candidates, t);
}

/** The step itself, for samplers that find the temperature as they go. */
export function applyTemperature(candidates: Candidates, t: number): Candidates {
  const divisor = Math.fround(t);
  if (divisor === 1) return candidates;
  if (divisor <= 0) {
    const best = Math.max(0, indexOfLargest(candidates.logits));
    return slice(candidates, best, best + 1);
  }
  const { ids, logits, sorted } = candidates;
  return { ids, logits: logits.map((logit) => logit / divisor), sorted };
}
