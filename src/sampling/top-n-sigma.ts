import type { Sampler } from "./candidates.ts";

const f = Math.fround;

/**
 * Keeps the tokens whose logit is within `n` standard deviations of the largest; temperature before it changes nothing.
 * 0 or less: all.
 * Source: Tang et al. 2024, "Top-nσ: Not All Logits Are You Need" (arXiv:2411.07641), §3.
 */
export function topNSigma({ n }: { readonly n: number }): Sampler {
  const factor = f(n);
  return (candidates) => {
    const { ids, logits, sorted } = candidates;
    if (factor <= 0 || logits.length <= 1) return candidates;
    let largest = -Infinity;
    let sum = 0;
    let count = 0;
    for (const logit of logits) {
      if (logit === -Infinity) continue;
      if (logit > largest) largest = logit;
      sum = f(sum + logit);
      count++;
    }
    const mean = f(sum / count);
    let squares = 0;
    for (const logit of logits) {
      if (logit === -Infinity) continue;
      const difference = f(logit - mean);
      squares = f(squares + difference * difference);
    }
    const least = f(largest - f(factor * f(Math.sqrt(f(squares / count)))));
    // Where a logit is infinite the deviation is not a number, and nothing is dropped. What is dropped stays in the list
    // with −Infinity, as in llama.cpp, where a later sampler's `minKeep` counts it.
    return { ids, logits: logits.map((logit) => (logit < least ? -Infinity : logit)), sorted };
  };
}
