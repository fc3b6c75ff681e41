import { log } from "../../kernels/reference/index.ts";
import { type Sampler, pick } from "./candidates.ts";
import { ascendingPositions } from "./order.ts";
import { sortDescending } from "./select-top.ts";
import { probabilitiesOf } from "./softmax.ts";

const f = Math.fround;

/**
 * Keeps the tokens whose information −ln p is nearest to the distribution's entropy, until their probabilities sum to
 * more than `p`, and at least `minKeep`. They come out nearest first. 1 or more: all.
 * Source: Meister et al. 2022, "Locally Typical Sampling" (arXiv:2202.00666), §4.
 */
export function typical({ p, minKeep = 1 }: { readonly p: number; readonly minKeep?: number }): Sampler {
  const limit = f(p);
  return (candidates) => {
    if (limit >= 1 || candidates.ids.length === 0) return candidates;
    const sorted = sortDescending(candidates);
    const probabilities = probabilitiesOf(sorted);
    const information = probabilities.map((probability) => -log(probability));
    const entropy = entropyOf(probabilities);
    const distance = information.map((value) => Math.abs(f(value - entropy)));
    const order = ascendingPositions(distance);

    let sum = 0;
    let kept = 0;
    while (kept < order.length) {
      sum = f(sum + probabilities[order[kept++]]);
      if (sum > limit && kept >= minKeep) break;
    }
    return pick(sorted, order.subarray(0, kept), false);
  };
}

/** Shannon's entropy in nats, summed from the first to the last; an impossible token adds nothing. */
export function entropyOf(probabilities: Float32Array): number {
  let entropy = 0;
  for (const p of probabilities) if (p > 0) entropy = f(entropy - f(p * f(log(p))));
  return entropy;
}
