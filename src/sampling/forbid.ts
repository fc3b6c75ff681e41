import type { Candidates } from "./candidates.ts";
import { adjustLogits } from "./adjust-logits.ts";

/** The candidates with a few tokens made impossible. */
export function forbid(candidates: Candidates, tokens: Iterable<number>): Candidates {
  const changes = new Map<number, () => number>();
  for (const token of tokens) changes.set(token, () => -Infinity);
  return changes.size === 0 ? candidates : adjustLogits(candidates, changes);
}
