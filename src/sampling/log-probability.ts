import { exp, log } from "../../kernels/reference/index.ts";

/**
 * ln of the probability that softmax over the whole row gives to `token`: single-precision exponentials, summed in
 * double.
 * @param logits one row. [vocabularySize]
 */
export function logProbability(logits: Float32Array, token: number): number {
  let largest = -Infinity;
  for (const logit of logits) if (logit > largest) largest = logit;
  let sum = 0;
  for (const logit of logits) sum += exp(Math.fround(logit - largest));
  return logits[token] - largest - log(sum);
}
