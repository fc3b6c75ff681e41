import { type Candidates, pick, slice } from "./candidates.ts";
import { descendingPositions } from "./order.ts";

/**
 * The `k` candidates of the largest logits, in descending order; of equal logits those that come first. A small `k` is
 * found by one pass with a heap of the best so far (Knuth, The Art of Computer Programming, volume 3, §5.2.3), since
 * nearly every logit of a vocabulary falls to one comparison; only a large one sorts everything.
 */
export function selectTop(candidates: Candidates, k: number): Candidates {
  const { logits, sorted } = candidates;
  const count = Math.min(k, logits.length);
  if (sorted) return count === logits.length ? candidates : slice(candidates, 0, count);
  if (count * 8 > logits.length) return pick(candidates, descendingPositions(logits).subarray(0, count), true);
  const best = heapOfBest(logits, count).sort(); // to their first order, which decides between equals
  const chosen = pick(candidates, best, false);
  return pick(chosen, descendingPositions(chosen.logits), true);
}

/** All candidates in descending order of their logits. */
export function sortDescending(candidates: Candidates): Candidates {
  return selectTop(candidates, candidates.logits.length);
}

/** The positions of the `k` largest logits, as a heap with the least of them on top. */
function heapOfBest(logits: Float32Array, k: number): Uint32Array {
  const heap = new Uint32Array(k);
  for (let i = 0; i < k; i++) heap[i] = i;
  for (let i = k >> 1; i >= 0 && k > 0; i--) siftDown(heap, logits, i);
  let least = k > 0 ? logits[heap[0]] : Infinity;
  for (let i = k; i < logits.length; i++) {
    if (logits[i] <= least) continue;
    heap[0] = i;
    siftDown(heap, logits, 0);
    least = logits[heap[0]];
  }
  return heap;
}

function siftDown(heap: Uint32Array, logits: Float32Array, start: number): void {
  const moving = heap[start];
  let at = start;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isWorse(logits, heap[child + 1], heap[child])) child++;
    if (!isWorse(logits, heap[child], moving)) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = moving;
}

/** Of equals the later one is worse. */
function isWorse(logits: Float32Array, a: number, b: number): boolean {
  return logits[a] < logits[b] || (logits[a] === logits[b] && a > b);
}
