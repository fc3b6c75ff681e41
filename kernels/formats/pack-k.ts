/** What the packing of several K formats shares. */
import type { PackOptions } from "./block-format.ts";
import { readHalf, writeHalf } from "./block-parts.ts";
import { meanSquare, sumGroups, weigh } from "./importance.ts";
import { nearestInteger } from "./nearest-integer.ts";
import { renumber } from "./renumber.ts";
import { writeScalesK4, readScaleK4 } from "./scales-k4.ts";
import { fitPositiveScale } from "./search-exchange.ts";
import { scalarSearch, weightedSearch } from "./search.ts";
import type { AffineSearch } from "./search-groups.ts";

const { abs, fround, min, sqrt } = Math;

/** The numbers of the block that is being packed, and the weights of its values. */
export const numbers = new Uint8Array(256);
export const weights = new Float32Array(256);

const scales = new Float32Array(8);
const minima = new Float32Array(8);
const sums = new Float32Array(8);
const codes = new Uint8Array(8);
const minCodes = new Uint8Array(8);

/**
 * Finds the numbers of Q4_K and Q5_K (into `numbers`), and writes d, dmin and the twelve bytes of scales and minima.
 * `at`: the block's place in the row.
 * Source: `quantize_row_q4_K_ref`, `quantize_row_q4_K_impl` and those of Q5_K, llama.cpp 0c1e570, ggml-quants.c.
 */
export function packScalesK4(
  values: Float32Array,
  start: number,
  out: Uint8Array,
  to: number,
  plain: AffineSearch,
  { importance, search = scalarSearch }: PackOptions,
  at: number,
): void {
  const { top } = plain;
  if (importance === undefined) weighByMagnitude(values, start);
  else weigh(values, start, importance, at, 256, meanSquare(values, start, 256, 2), weights);
  const groups = { values, start, weights, count: 8, length: 32, numbers, from: 0 };
  search.fitScaleAndMin(groups, importance === undefined ? plain : weightedSearch(top), scales, minima);

  if (importance === undefined) {
    writeHalf(out, to, roundToLargest(scales, codes));
    writeHalf(out, to + 2, roundToLargest(minima, minCodes));
  } else {
    sumGroups(weights, 32, sums);
    writeHalf(out, to, fitPositiveScale(scales, sums, 63, codes));
    writeHalf(out, to + 2, fitPositiveScale(minima, sums, 63, minCodes));
  }
  writeScalesK4(out, to + 4, codes, minCodes);
  const d = readHalf(out, to);
  const dmin = readHalf(out, to + 2);
  for (let group = 0; group < 8; group++) {
    const { scale, minimum } = readScaleK4(out, to + 4, group);
    const from = 32 * group;
    renumber(values, start + from, 32, fround(d * scale), fround(dmin * minimum), 0, top, numbers, from);
  }
}

/** Without an importance matrix a value counts by its magnitude, and its group's typical one. */
function weighByMagnitude(values: Float32Array, start: number): void {
  for (let group = 0; group < 256; group += 32) {
    const typical = fround(sqrt(meanSquare(values, start + group, 32, 1)));
    for (let k = group; k < group + 32; k++) weights[k] = typical + abs(values[start + k]);
  }
}

/** Scales in 63rds of the largest; the unit. */
function roundToLargest(found: Float32Array, rounded: Uint8Array): number {
  let largest = 0;
  for (const scale of found) if (scale > largest) largest = scale;
  const inverse = largest > 0 ? fround(63 / largest) : 0;
  for (let k = 0; k < 8; k++) rounded[k] = min(63, nearestInteger(fround(inverse * found[k])) & 255);
  return fround(largest / 63);
}

/** Writes the two low bits of the numbers as Q2_K and Q3_K keep them: 64 bytes. */
export function packTwoBits(out: Uint8Array, to: number): void {
  out.fill(0, to, to + 64);
  for (let k = 0; k < 256; k++) out[to + 32 * (k >> 7) + (k & 31)] |= (numbers[k] & 3) << (2 * ((k >> 5) & 3));
}

/** Writes the four low bits of the numbers as Q4_K and Q5_K keep them: 128 bytes. */
export function packFourBits(out: Uint8Array, to: number): void {
  for (let n = 0; n < 4; n++) {
    for (let l = 0; l < 32; l++) {
      out[to + 32 * n + l] = (numbers[64 * n + l] & 15) | ((numbers[64 * n + 32 + l] & 15) << 4);
    }
  }
}
