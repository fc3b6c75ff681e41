import { exp64, log } from "../../kernels/reference/index.ts";
import { candidatesOf } from "./candidates.ts";
import { selectTop } from "./select-top.ts";

/** A token and the natural logarithm of its probability. */
export interface TokenLogProbability {
  readonly token: number;
  readonly logprob: number;
}

/**
 * The natural logarithm of the probability that softmax gives to `token`, in double precision.
 * @param logits one row. [vocabularySize]
 */
export function tokenLogProbability(logits: Float32Array, token: number): number {
  return logits[token] - logNormalizer(logits);
}

/** The `count` likeliest tokens with their log-probabilities, the likeliest first; of equals the one of the lowest id. */
export function topLogProbabilities(logits: Float32Array, count: number): TokenLogProbability[] {
  const normalizer = logNormalizer(logits);
  const top = selectTop(candidatesOf(logits), count);
  return Array.from(top.ids, (token, i) => ({ token, logprob: top.logits[i] - normalizer }));
}

/** ln Σ exp(logit): what is subtracted from a logit to make it a log-probability. */
export function logNormalizer(logits: Float32Array): number {
  let max = -Infinity;
  for (const logit of logits) if (logit > max) max = logit;
  let sum = 0;
  for (const logit of logits) sum += exp64(logit - max);
  return max + log(sum);
}
