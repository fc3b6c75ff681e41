import { exp, log } from "../../kernels/reference/index.ts";

/**
 * ln of the probability that softmax over the whole row gives to `token`: single-precision exponentials, summed in
 * double.
 * @param logits one row. [vocabularySize]
 */
export function logProbability(logits: Float32Array, token: number): number {
  let largest = -Infinity;
  for (let i = 0; i < logits.length; i++) if (logits[i] > largest) largest = logits[i];
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += exp(Math.fround(logits[i] - largest));
  return logits[token] - largest - log(sum);
}
