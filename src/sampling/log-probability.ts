import { exp64, log } from "../../kernels/reference/index.ts";

/**
 * The natural logarithm of the probability that softmax gives to `token`, in double precision.
 * @param logits one row. [vocabularySize]
 */
export function tokenLogProbability(logits: Float32Array, token: number): number {
  let max = -Infinity;
  for (const logit of logits) if (logit > max) max = logit;
  let sum = 0;
  for (const logit of logits) sum += exp64(logit - max);
  return logits[token] - max - log(sum);
}
