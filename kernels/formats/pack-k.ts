/** What the packing of several K formats shares. */
import { readHalf, writeHalf } from "./block-parts.ts";
import { fitScaleAndMin, nearestInteger, renumber } from "./search.ts";
import type { AffineSearch } from "./search.ts";

const { abs, fround, min, sqrt } = Math;

/** The numbers of the block that is being packed. */
export const numbers = new Uint8Array(256);

const scales = new Float32Array(8);
const minima = new Float32Array(8);
const weights = new Float32Array(32);

/**
 * Finds the numbers of Q4_K and Q5_K (into `numbers`), and writes d, dmin and the twelve bytes of scales and minima.
 * Source: `quantize_row_q4_K_ref`, `quantize_row_q5_K_ref`, llama.cpp 0c1e570, ggml-quants.c.
 */
export function packScalesK4(
  values: Float32Array,
  start: number,
  out: Uint8Array,
  to: number,
  search: AffineSearch,
): void {
  let largestScale = 0;
  let largestMin = 0;
  for (let group = 0; group < 8; group++) {
    const from = start + 32 * group;
    let squares = 0;
    for (let k = from; k < from + 32; k++) squares = fround(squares + fround(values[k] * values[k]));
    const typical = fround(sqrt(fround(squares / 32)));
    for (let k = 0; k < 32; k++) weights[k] = typical + abs(values[from + k]);
    const { scale, m } = fitScaleAndMin(values, from, weights, numbers, 32 * group, search);
    scales[group] = scale;
    minima[group] = m;
    if (scale > largestScale) largestScale = scale;
    if (m > largestMin) largestMin = m;
  }

  const inverseScale = largestScale > 0 ? fround(63 / largestScale) : 0;
  const inverseMin = largestMin > 0 ? fround(63 / largestMin) : 0;
  writeHalf(out, to, fround(largestScale / 63));
  writeHalf(out, to + 2, fround(largestMin / 63));
  const d = readHalf(out, to);
  const dmin = readHalf(out, to + 2);
  out.fill(0, to + 4, to + 16);
  for (let group = 0; group < 8; group++) {
    const scale = min(63, nearestInteger(fround(inverseScale * scales[group])) & 255);
    const m = min(63, nearestInteger(fround(inverseMin * minima[group])) & 255);
    if (group < 4) {
      out[to + 4 + group] = scale;
      out[to + 8 + group] = m;
    } else {
      out[to + 8 + group] = (scale & 15) | ((m & 15) << 4);
      out[to + group] |= (scale >> 4) << 6;
      out[to + 4 + group] |= (m >> 4) << 6;
    }
    renumber(values, start + 32 * group, 32, fround(d * scale), fround(dmin * m), 0, search.top, numbers, 32 * group);
  }
}

/** Writes the two low bits of the numbers as Q2_K and Q3_K keep them: 64 bytes. */
export function packTwoBits(out: Uint8Array, to: number): void {
  out.fill(0, to, to + 64);
  for (let k = 0; k < 256; k++) out[to + 32 * (k >> 7) + (k & 31)] |= (numbers[k] & 3) << (2 * ((k >> 5) & 3));
}

/** Writes the four low bits of the numbers as Q4_K and Q5_K keep them: 128 bytes. */
export function packFourBits(out: Uint8Array, to: number): void {
  out.fill(0, to, to + 128);
  for (let k = 0; k < 256; k++) out[to + 32 * (k >> 6) + (k & 31)] |= (numbers[k] & 15) << (4 * ((k >> 5) & 1));
}
