import type { Candidates } from "./candidates.ts";

/**
 * The candidates with the logits of a few tokens changed.
 * @param changes token id → the function from its old logit to its new one
 */
export function adjustLogits(
  candidates: Candidates,
  changes: ReadonlyMap<number, (logit: number) => number>,
): Candidates {
  const { ids } = candidates;
  const logits = candidates.logits.slice();
  const elsewhere = new Map<number, (logit: number) => number>();
  for (const [id, change] of changes) {
    // Before the first truncation a token's position is its id.
    if (ids[id] === id) logits[id] = change(logits[id]);
    else elsewhere.set(id, change);
  }
  for (let i = 0; elsewhere.size > 0 && i < ids.length; i++) {
    const change = elsewhere.get(ids[i]);
    if (change !== undefined) logits[i] = change(logits[i]);
  }
  return { ids, logits, sorted: false };
}
