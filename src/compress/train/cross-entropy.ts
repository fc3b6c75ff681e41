import { log } from "../../../kernels/reference/index.ts";
import type { Desk } from "./forward.ts";

/**
 * Cross-entropy of the next tokens: −Σ log p(target), in nats. The logits become their gradient, p − [target].
 * @param tokens where the sequence's tokens lie, one more than there are rows of logits
 */
export function crossEntropy({ plan, kernels, base }: Desk, tokens: number, memory: ArrayBufferLike): number {
  const { vocabulary, tokens: rows } = plan;
  const [logitsAt, factsAt] = [base + 4 * plan.logits, base + 4 * plan.scratch.facts];
  const logits = new Float32Array(memory, logitsAt, rows * vocabulary);
  const facts = new Float32Array(memory, factsAt, 2 * rows);
  const targets = new Int32Array(memory, tokens + 4, rows);
  let sum = 0;
  for (let t = 0; t < rows; t++) sum -= logits[t * vocabulary + targets[t]];
  kernels.softmaxRows(logitsAt, rows, vocabulary, 1, factsAt);
  for (let t = 0; t < rows; t++) {
    sum += facts[2 * t] + log(facts[2 * t + 1]);
    logits[t * vocabulary + targets[t]] -= 1;
  }
  return sum;
}
