import { exp } from "../../kernels/reference/index.ts";
import type { Candidates } from "./candidates.ts";

const f = Math.fround;

/**
 * exp(logit − largest logit) of each candidate: probabilities but for a common factor. [count] Single precision, as
 * llama.cpp's, so that a candidate on the edge of being kept falls on the same side.
 */
export function weightsOf({ logits, sorted }: Candidates): Float32Array {
  let largest = logits.length > 0 ? logits[0] : -Infinity;
  if (!sorted) for (let i = 1; i < logits.length; i++) largest = Math.max(largest, logits[i]);
  const weights = new Float32Array(logits.length);
  if (largest === -Infinity) return weights;
  // An infinite logit takes all, where the difference would be NaN.
  for (let i = 0; i < logits.length; i++) weights[i] = logits[i] === largest ? 1 : exp(f(logits[i] - largest));
  return weights;
}

/** Softmax over the candidates, summed from the first to the last; all zero where none is possible. [count] */
export function probabilitiesOf(candidates: Candidates): Float32Array {
  const weights = weightsOf(candidates);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum = f(sum + weights[i]);
  if (sum > 0) for (let i = 0; i < weights.length; i++) weights[i] = weights[i] / sum;
  return weights;
}
