import type { PackOptions } from "./block-format.ts";
import { readHalf, setScale, writeHalf } from "./block-parts.ts";
import { integerFormat } from "./integer-format.ts";
import { meanSquare, sumGroups, weigh } from "./importance.ts";
import { nearestInteger } from "./nearest-integer.ts";
import { numbers, packTwoBits, weights } from "./pack-k.ts";
import { renumber } from "./renumber.ts";
import { fitPositiveScale } from "./search-exchange.ts";
import { scalarSearch, weightedSearch } from "./search.ts";
import type { AffineSearch } from "./search-groups.ts";

const { abs, fround } = Math;

/**
 * Q2_K: 256 values of 2 bits; each 16 have a scale and a minimum of 4 bits, in units of d and dmin.
 *
 *     byte 0                 16            80      82         84
 *          ┌─────────────────┬─────────────┬───────┬──────────┐
 *          │ scales 16 bytes │ qs 64 bytes │ d f16 │ dmin f16 │
 *          └─────────────────┴─────────────┴───────┴──────────┘
 *
 * Values 128n…128n+127 share the bytes qs[32n…32n+31]: value 128n + 32r + l is in bits 2r, 2r+1 of qs[32n + l].
 *
 *     value[k] = d · (scales[k >> 4] & 15) · q[k] − dmin · (scales[k >> 4] >> 4)
 *
 * Source: `block_q2_K`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_q2_K`, ggml-quants.c.
 */
export const Q2_K = integerFormat({
  name: "Q2_K",
  blockLength: 256,
  blockBytes: 84,
  hasMin: true,
  scalesAt: 80,

  unpackBlock(bytes, at, out, to) {
    const { q, factor, offset } = out;
    setScale(out, to, 256, readHalf(bytes, at + 80), -readHalf(bytes, at + 82));
    for (let half = 0; half < 16; half++) {
      const scales = bytes[at + half];
      factor[(to >> 4) + half] = scales & 15;
      offset[(to >> 4) + half] = scales >> 4;
    }
    for (let group = 0; group < 8; group++) {
      const from = at + 16 + 32 * (group >> 2);
      const start = to + 32 * group;
      const shift = 2 * (group & 3);
      for (let l = 0; l < 32; l++) q[start + l] = (bytes[from + l] >> shift) & 3;
    }
  },

  pack(values, offset, blocks, out, outOffset, options = {}) {
    const { importance } = options;
    for (let block = 0; block < blocks; block++) {
      const at = importance === undefined ? 0 : (256 * block) % importance.length;
      packBlock(values, offset + 256 * block, out, outOffset + 84 * block, options, at);
    }
  },
});

const scales = new Float32Array(16);
const minima = new Float32Array(16);
const sums = new Float32Array(16);
const codes = new Uint8Array(16);
const minCodes = new Uint8Array(16);
const plain: AffineSearch = { top: 3, first: -0.5, step: fround(0.1), steps: 15, absolute: true };

/** Source: `quantize_row_q2_K_ref`, `quantize_row_q2_K_impl`, llama.cpp 0c1e570, ggml-quants.c. */
function packBlock(
  values: Float32Array,
  start: number,
  out: Uint8Array,
  to: number,
  { importance, search = scalarSearch }: PackOptions,
  at: number,
): void {
  const groups = { values, start, weights, count: 16, length: 16, numbers, from: 0 };
  if (importance === undefined) {
    for (let k = 0; k < 256; k++) weights[k] = abs(values[start + k]);
    search.fitScaleAndMin(groups, plain, scales, minima);
    writeHalf(out, to + 80, roundToLargest(scales, codes));
    writeHalf(out, to + 82, roundToLargest(minima, minCodes));
  } else {
    weigh(values, start, importance, at, 256, meanSquare(values, start, 256, 1), weights);
    search.fitScaleAndMin(groups, weightedSearch(3), scales, minima);
    sumGroups(weights, 16, sums);
    writeHalf(out, to + 80, fitPositiveScale(scales, sums, 15, codes));
    writeHalf(out, to + 82, fitPositiveScale(minima, sums, 15, minCodes));
  }
  const d = readHalf(out, to + 80);
  const dmin = readHalf(out, to + 82);
  for (let group = 0; group < 16; group++) {
    const byte = (codes[group] | (minCodes[group] << 4)) & 255;
    out[to + group] = byte;
    const from = 16 * group;
    renumber(values, start + from, 16, fround(d * (byte & 15)), fround(dmin * (byte >> 4)), 0, 3, numbers, from);
  }
  packTwoBits(out, to + 16);
}

/** Scales in fifteenths of the largest; the unit. */
function roundToLargest(found: Float32Array, rounded: Uint8Array): number {
  let largest = 0;
  for (const scale of found) if (scale > largest) largest = scale;
  const inverse = largest > 0 ? fround(15 / largest) : 0;
  for (let k = 0; k < 16; k++) rounded[k] = nearestInteger(fround(inverse * found[k]));
  return fround(largest / 15);
}
