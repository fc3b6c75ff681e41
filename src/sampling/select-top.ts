import { blockLength, blockMaxima } from "./block-maxima.ts";
import { type Candidates, pick, slice } from "./candidates.ts";
import { descendingPositions } from "./order.ts";

/**
 * The `k` candidates of the largest logits, in descending order; of equal logits those that come first. The logits of a
 * small `k` are found by the k-th largest of the maxima of blocks: k logits at least are as large, and only blocks whose
 * maximum is can hold one, so nearly all of a vocabulary is passed over. A large `k` sorts everything.
 */
export function selectTop(candidates: Candidates, k: number): Candidates {
  const { logits, sorted } = candidates;
  const count = Math.min(k, logits.length);
  if (sorted) return count === logits.length ? candidates : slice(candidates, 0, count);
  const maxima = count * 2 * blockLength > logits.length ? undefined : (candidates.maxima ?? blockMaxima(logits));
  if (maxima === undefined || count === 0) {
    return pick(candidates, descendingPositions(logits).subarray(0, count), true);
  }
  const chosen = pick(candidates, positionsFrom(logits, maxima, largest(maxima, count)), false);
  return pick(chosen, descendingPositions(chosen.logits).subarray(0, count), true);
}

/** All candidates in descending order of their logits. */
export function sortDescending(candidates: Candidates): Candidates {
  return selectTop(candidates, candidates.logits.length);
}

/** The positions of the logits of at least `least`, in order. */
function positionsFrom(logits: Float32Array, maxima: Float32Array, least: number): number[] {
  const positions: number[] = [];
  for (let block = 0; block < maxima.length; block++) {
    if (maxima[block] < least) continue;
    const end = Math.min(logits.length, (block + 1) * blockLength);
    for (let i = block * blockLength; i < end; i++) if (logits[i] >= least) positions.push(i);
  }
  return positions;
}

/** The `k`-th largest value. */
function largest(values: Float32Array, k: number): number {
  return values.slice().sort()[values.length - k];
}
