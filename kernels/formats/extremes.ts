/** What packing needs to know of a block's values. */

/** The value of the largest magnitude (the first of equals), with its sign; 0 of nothing but zeros and NaN. */
export function largestByMagnitude(values: Float32Array, start: number, end: number): number {
  let largest = 0;
  for (let k = start; k < end; k++) {
    if (Math.abs(values[k]) > Math.abs(largest)) largest = values[k]!;
  }
  return largest;
}

/** The smallest value. */
export function smallest(values: Float32Array, start: number, end: number): number {
  let least = Infinity;
  for (let k = start; k < end; k++) if (values[k] < least) least = values[k]!;
  return least;
}

/** The largest value. */
export function largest(values: Float32Array, start: number, end: number): number {
  let most = -Infinity;
  for (let k = start; k < end; k++) if (values[k] > most) most = values[k]!;
  return most;
}

/** 1 / scale in single precision, 0 for a scale of 0. */
export function inverse(scale: number): number {
  return scale === 0 ? 0 : Math.fround(1 / scale);
}
