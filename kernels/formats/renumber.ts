import { nearestInteger } from "./nearest-integer.ts";

const { fround, max, min } = Math;

/**
 * Rounds the values of a group anew, with the scale and minimum that the block really holds. A scale of 0 leaves the
 * numbers of the search.
 */
export function renumber(
  values: Float32Array,
  start: number,
  length: number,
  scale: number,
  m: number,
  lowest: number,
  highest: number,
  numbers: Uint8Array,
  from: number,
): void {
  if (scale === 0) return;
  for (let k = 0; k < length; k++) {
    const number = nearestInteger(fround(fround(values[start + k] + m) / scale));
    numbers[from + k] = max(lowest, min(highest, number)) - lowest;
  }
}
