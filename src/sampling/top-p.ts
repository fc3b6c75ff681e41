import { type Candidates, type Sampler, slice } from "./candidates.ts";
import { selectTop } from "./select-top.ts";
import { probabilitiesOf } from "./softmax.ts";

const f = Math.fround;

/**
 * Keeps the smallest set of likeliest tokens whose probabilities sum to at least `p` (the nucleus), and at least
 * `minKeep`. 1 or more: all.
 * Source: Holtzman et al. 2019, "The Curious Case of Neural Text Degeneration" (arXiv:1904.09751), §3.1.
 */
export function topP({ p, minKeep = 1 }: { readonly p: number; readonly minKeep?: number }): Sampler {
  const limit = f(p);
  return (candidates) => {
    const count = candidates.ids.length;
    if (limit >= 1 || count === 0) return candidates;
    // Summed in the candidates' own order, as llama.cpp does, then put in descending order with them.
    const probabilities = probabilitiesOf(candidates);
    if (candidates.sorted) return slice(candidates, 0, nucleusSize(undefined, probabilities, limit, minKeep));
    const byProbability: Candidates = {
      ids: Int32Array.from({ length: count }, (_, i) => i),
      logits: candidates.logits,
      sorted: candidates.sorted,
    };
    // The nucleus is small as a rule: a full sort is rarely needed.
    for (let k = firstTry; ; k *= 16) {
      const top = selectTop(byProbability, k);
      const kept = nucleusSize(top.ids, probabilities, limit, minKeep);
      if (kept === undefined && k < count) continue;
      const { ids, logits } = slice(top, 0, kept);
      return { ids: ids.map((position) => candidates.ids[position]), logits, sorted: true };
    }
  };
}

const firstTry = 256;

/** How many of the positions (all, in order, by default) it takes to reach the limit; undefined where all don't. */
function nucleusSize(
  positions: Int32Array | undefined,
  probabilities: Float32Array,
  limit: number,
  minKeep: number,
): number | undefined {
  let sum = 0;
  for (let i = 0; i < (positions ?? probabilities).length; i++) {
    sum = f(sum + probabilities[positions === undefined ? i : positions[i]]);
    if (sum >= limit && i + 1 >= minKeep) return i + 1;
  }
  return undefined;
}
