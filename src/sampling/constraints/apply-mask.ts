import type { Candidates } from "../candidates.ts";
import type { TokenMask } from "./engine/mask.ts";

/** Of all tokens of a vocabulary, those in a mask. */
export function applyMask(candidates: Candidates, mask: TokenMask): Candidates {
  const { logits } = candidates;
  const count = countOf(mask);
  if (2 * count > logits.length) {
    const masked = logits.slice();
    for (let id = 0; id < masked.length; id++) if (((mask[id >> 5] >>> (id & 31)) & 1) === 0) masked[id] = -Infinity;
    return { ...candidates, logits: masked, sorted: false };
  }
  const ids = new Int32Array(count);
  let at = 0;
  for (let word = 0; word < mask.length; word++) {
    for (let bits = mask[word]; bits !== 0; bits &= bits - 1) ids[at++] = 32 * word + 31 - Math.clz32(bits & -bits);
  }
  const within = ids.subarray(0, at).filter((id) => id < logits.length);
  return { ids: within, logits: Float32Array.from(within, (id) => logits[id]), sorted: false };
}

function countOf(mask: TokenMask): number {
  let count = 0;
  for (const word of mask) {
    let bits = word - ((word >>> 1) & 0x55555555);
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
    count += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}
