import type { Sampler } from "./candidates.ts";
import { selectTop } from "./select-top.ts";

/**
 * Keeps the `k` likeliest tokens; of equals the one of the lowest id. 0 or less: all, unsorted.
 * Source: Fan, Lewis, Dauphin 2018, "Hierarchical Neural Story Generation" (arXiv:1805.04833), §5.4.
 */
export function topK({ k }: { readonly k: number }): Sampler {
  return (candidates) => (k > 0 ? selectTop(candidates, k) : candidates);
}
