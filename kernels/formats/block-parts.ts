/** What several formats share: reading a half, scanning for bad scales, filling the groups of an integer row. */
import type { IntegerRow } from "./block-format.ts";
import { halfToSingle, isFiniteHalf, singleToHalf } from "./half.ts";

/** The half-precision value at `bytes[at]`, little-endian. */
export function readHalf(bytes: Uint8Array, at: number): number {
  return halfToSingle(bytes[at] | (bytes[at + 1] << 8));
}

/** Stores a single as the half nearest to it at `bytes[at]`, little-endian. */
export function writeHalf(bytes: Uint8Array, at: number, value: number): void {
  const bits = singleToHalf(value);
  bytes[at] = bits & 255;
  bytes[at + 1] = bits >> 8;
}

/**
 * The offset from `offset` of the first block of which a half is infinite or NaN, or −1.
 * The halves lie side by side at `place` of each block, `halves` of them.
 */
export function findNonFiniteHalf(
  bytes: Uint8Array,
  offset: number,
  blocks: number,
  blockBytes: number,
  place: number,
  halves = 1,
): number {
  for (let block = 0; block < blocks; block++) {
    const at = offset + block * blockBytes + place;
    for (let half = 0; half < halves; half++) {
      if (!isFiniteHalf(bytes[at + 2 * half + 1] << 8)) return block * blockBytes;
    }
  }
  return -1;
}

/** One scale and offset for the 32 values at `start` of a row, without integer factors. */
export function setGroup(out: IntegerRow, start: number, scale: number, min: number): void {
  const half = start >> 4;
  out.factor[half] = 1;
  out.factor[half + 1] = 1;
  out.offset[half] = 1;
  out.offset[half + 1] = 1;
  out.scale[start >> 5] = scale;
  out.min[start >> 5] = min;
}

/**
 * One scale and offset for the `length` values at `start` of a row. The factors and offsets become 1; a format that has
 * its own writes them afterwards.
 */
export function setScale(out: IntegerRow, start: number, length: number, scale: number, min: number): void {
  for (let group = start; group < start + length; group += 32) setGroup(out, group, scale, min);
}
