import { log } from "../../kernels/reference/index.ts";
import { type Sampler, indexOfLargest, pick } from "./candidates.ts";
import { selectTop } from "./select-top.ts";

const f = Math.fround;

/**
 * Keeps the tokens that are at least `p` times as probable as the likeliest, and at least `minKeep`. 0 or less: all.
 * Source: Nguyen et al. 2024, "Turning Up the Heat: Min-p Sampling" (arXiv:2407.01082), §3. No softmax is needed:
 * the condition is logit ≥ largest logit + ln p.
 */
export function minP({ p, minKeep = 1 }: { readonly p: number; readonly minKeep?: number }): Sampler {
  const offset = f(log(f(p)));
  return (candidates) => {
    if (p <= 0) return candidates;
    const { logits, sorted } = candidates;
    const best = indexOfLargest(logits);
    if (best < 0) return candidates;
    const least = f(logits[best] + offset);
    const kept: number[] = [];
    for (let i = 0; i < logits.length; i++) if (logits[i] >= least) kept.push(i);
    return kept.length < minKeep ? selectTop(candidates, minKeep) : pick(candidates, kept, sorted);
  };
}
