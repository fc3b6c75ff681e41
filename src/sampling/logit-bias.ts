import type { Sampler } from "./candidates.ts";
import { adjustLogits } from "./adjust-logits.ts";

/**
 * Adds a number to the logits of chosen tokens; −Infinity forbids one.
 * Source: the OpenAI API reference, `logit_bias`.
 * @param bias token id → what is added
 */
export function logitBias({ bias }: { readonly bias: ReadonlyMap<number, number> }): Sampler {
  const changes = new Map<number, (logit: number) => number>();
  for (const [token, value] of bias) changes.set(token, (logit) => addBias(logit, value));
  return (candidates) => (changes.size === 0 ? candidates : adjustLogits(candidates, changes));
}

/** What is impossible stays so, whatever is added; and infinities of both signs don't make a NaN. */
function addBias(logit: number, bias: number): number {
  return logit === -Infinity || bias === -Infinity ? -Infinity : Math.fround(logit + bias);
}
