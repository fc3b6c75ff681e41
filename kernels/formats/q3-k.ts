import type { PackOptions } from "./block-format.ts";
import { readHalf, setScale, writeHalf } from "./block-parts.ts";
import { largestByMagnitude } from "./extremes.ts";
import { integerFormat } from "./integer-format.ts";
import { meanSquare, sumGroups, weigh } from "./importance.ts";
import { nearestInteger } from "./nearest-integer.ts";
import { numbers, packTwoBits, weights } from "./pack-k.ts";
import { renumber } from "./renumber.ts";
import { fitScaleByExchange } from "./search-exchange.ts";
import { scalarSearch } from "./search.ts";

const { fround, max, min } = Math;

/**
 * Q3_K: 256 values of 3 bits, the upper bit apart; each 16 have a scale of 6 bits, in units of d.
 *
 *     byte 0                32            96                108     110
 *          ┌────────────────┬─────────────┬─────────────────┬───────┐
 *          │ hmask 32 bytes │ qs 64 bytes │ scales 12 bytes │ d f16 │
 *          └────────────────┴─────────────┴─────────────────┴───────┘
 *
 * Value 32g + l has its low bits in qs[32(g >> 2) + l], at bit 2(g & 3), and its upper bit in bit g of hmask[l].
 * The low four bits of scale s (0…15) are a nibble of scales[s & 7] (the high one from s = 8 on), its upper two are in
 * scales[8 + (s & 3)], at bit 2(s >> 2).
 *
 *     value[k] = d · (scale[k >> 4] − 32) · (low + 4·upper − 4)
 *
 * Source: `block_q3_K`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_q3_K`, ggml-quants.c.
 */
export const Q3_K = integerFormat({
  name: "Q3_K",
  blockLength: 256,
  blockBytes: 110,
  hasMin: false,
  scalesAt: 108,

  unpackBlock(bytes, at, out, to) {
    const { q, factor } = out;
    setScale(out, to, 256, readHalf(bytes, at + 108), 0);
    for (let s = 0; s < 16; s++) {
      const low = (bytes[at + 96 + (s & 7)] >> (s < 8 ? 0 : 4)) & 15;
      const upper = (bytes[at + 104 + (s & 3)] >> (2 * (s >> 2))) & 3;
      factor[(to >> 4) + s] = (low | (upper << 4)) - 32;
    }
    for (let group = 0; group < 8; group++) {
      const from = at + 32 + 32 * (group >> 2);
      const start = to + 32 * group;
      const shift = 2 * (group & 3);
      for (let l = 0; l < 32; l++) {
        q[start + l] = (((bytes[from + l] >> shift) & 3) | (((bytes[at + l] >> group) & 1) << 2)) - 4;
      }
    }
  },

  pack(values, offset, blocks, out, outOffset, options = {}) {
    const { importance } = options;
    for (let block = 0; block < blocks; block++) {
      const at = importance === undefined ? 0 : (256 * block) % importance.length;
      packBlock(values, offset + 256 * block, out, outOffset + 110 * block, options, at);
    }
  },
});

const scales = new Float32Array(16);
const sums = new Float32Array(16);
const codes = new Uint8Array(16);
const unit = new Float32Array(1);

/** Source: `quantize_row_q3_K_ref`, `quantize_row_q3_K_impl`, llama.cpp 0c1e570, ggml-quants.c. */
function packBlock(
  values: Float32Array,
  start: number,
  out: Uint8Array,
  to: number,
  { importance, search = scalarSearch }: PackOptions,
  at: number,
): void {
  if (importance === undefined) {
    for (let from = 0; from < 256; from += 16) {
      scales[from >> 4] = fitScaleByExchange(values, start + from, 4, numbers, from);
    }
    writeHalf(out, to + 108, roundToLargest());
  } else {
    weigh(values, start, importance, at, 256, meanSquare(values, start, 256, 2), weights);
    search.fitScale({ values, start, weights, count: 16, length: 16, numbers, from: 0 }, 4, scales);
    sumGroups(weights, 16, sums);
    const groups = { values: scales, start: 0, weights: sums, count: 1, length: 16, numbers: codes, from: 0 };
    scalarSearch.fitScale(groups, 32, unit);
    writeHalf(out, to + 108, unit[0]);
  }
  const d = readHalf(out, to + 108);
  out.fill(0, to + 96, to + 108);
  for (let group = 0; group < 16; group++) {
    const code = codes[group];
    out[to + 96 + (group & 7)] |= (code & 15) << (group < 8 ? 0 : 4);
    out[to + 104 + (group & 3)] |= (code >> 4) << (2 * (group >> 2));
    renumber(values, start + 16 * group, 16, fround(d * (code - 32)), 0, -4, 3, numbers, 16 * group);
  }
  packTwoBits(out, to + 32);
  out.fill(0, to, to + 32);
  for (let k = 0; k < 256; k++) out[to + (k & 31)] |= (numbers[k] >> 2) << (k >> 5);
}

/** Scales in units of which the largest has −32; the unit. Without any scale the codes are 0, which read as −32. */
function roundToLargest(): number {
  const largestScale = largestByMagnitude(scales, 0, 16);
  const inverse = largestScale === 0 ? 0 : fround(-32 / largestScale);
  for (let group = 0; group < 16; group++) {
    codes[group] = inverse === 0 ? 0 : max(-32, min(31, nearestInteger(fround(inverse * scales[group])))) + 32;
  }
  return inverse === 0 ? 0 : fround(1 / inverse);
}
