import { type Candidates, pick, slice } from "./candidates.ts";

/**
 * The `k` candidates of the largest logits, in descending order; of equal logits those that come first. Sorts no more
 * than `k`: the k-th largest is found by counting, first the high then the low half of each number's bits (radix
 * selection; Knuth, The Art of Computer Programming, volume 3, §5.2.5 and §5.3.3).
 */
export function selectTop(candidates: Candidates, k: number): Candidates {
  const { logits, sorted } = candidates;
  const count = Math.min(k, logits.length);
  if (sorted) return count === logits.length ? candidates : slice(candidates, 0, count);

  const keys = descendingKeys(logits);
  const limit = count === keys.length ? 0xffffffff : kthSmallest(keys, count);
  // Key and position in one double (32 + 21 bits), which the engine sorts fast and which orders equals by position.
  const packed = new Float64Array(count);
  let at = 0;
  for (let i = 0; i < keys.length; i++) if (keys[i] < limit) packed[at++] = keys[i] * positionRange + i;
  for (let i = 0; at < count; i++) if (keys[i] === limit) packed[at++] = keys[i] * positionRange + i;
  packed.sort();
  return pick(
    candidates,
    Uint32Array.from(packed, (value) => value % positionRange),
    true,
  );
}

/** All candidates in descending order of their logits. */
export function sortDescending(candidates: Candidates): Candidates {
  return selectTop(candidates, candidates.logits.length);
}

const positionRange = 2 ** 21;

/** Integers that order as the logits do, the largest logit's the smallest; −0 equals 0. */
function descendingKeys(logits: Float32Array): Uint32Array {
  const keys = new Uint32Array(logits.length);
  const bits = new Int32Array(logits.buffer, logits.byteOffset, logits.length);
  for (let i = 0; i < keys.length; i++) {
    const b = bits[i];
    // A float is sign and magnitude: negative ones grow with their bits already, the others are turned round.
    keys[i] = b >= 0 ? 0x7fffffff - b : b === -0x80000000 ? 0x7fffffff : b;
  }
  return keys;
}

/** The `k`-th smallest of the keys, counted from 1. */
function kthSmallest(keys: Uint32Array, k: number): number {
  const counts = new Uint32Array(0x10000);
  for (const key of keys) counts[key >>> 16]++;
  const high = bucketOf(counts, k);
  counts.fill(0);
  for (const key of keys) if (key >>> 16 === high.bucket) counts[key & 0xffff]++;
  return high.bucket * 0x10000 + bucketOf(counts, k - high.before).bucket;
}

/** The bucket that holds the `k`-th item, and how many items the buckets before it hold. */
function bucketOf(counts: Uint32Array, k: number): { bucket: number; before: number } {
  let before = 0;
  let bucket = 0;
  while (before + counts[bucket] < k) before += counts[bucket++];
  return { bucket, before };
}
