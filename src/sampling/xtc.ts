import { type Sampler, slice } from "./candidates.ts";
import { sortDescending } from "./select-top.ts";
import { probabilitiesOf } from "./softmax.ts";

const f = Math.fround;

/**
 * Excludes the top choices: with chance `probability`, all tokens that are at least `threshold` probable go, save the
 * least likely of them. A threshold above 0.5 leaves all, since two tokens can't both reach it.
 * Source: P. E. Weidmann 2024, github.com/oobabooga/text-generation-webui/pull/6335.
 */
export function xtc(options: {
  readonly probability: number;
  readonly threshold: number;
  readonly minKeep?: number;
}): Sampler {
  const { probability, minKeep = 1 } = options;
  const threshold = f(options.threshold);
  return (candidates, { random }) => {
    if (probability <= 0 || threshold > 0.5 || candidates.ids.length < 2) return candidates;
    if (random() >= probability) return candidates;
    const sorted = sortDescending(candidates);
    const probabilities = probabilitiesOf(sorted);
    let reached = 0;
    while (reached < probabilities.length && probabilities[reached] >= threshold) reached++;
    const last = reached - 1;
    return last > 0 && probabilities.length - last >= minKeep ? slice(sorted, last) : sorted;
  };
}
