import type { IntegerFormat } from "./block-format.ts";
import { findNonFiniteHalf, readHalf, setGroup, writeHalf } from "./block-parts.ts";
import { inverse, largest, smallest } from "./extremes.ts";
import { packWithMin, writeFifthBits, writeNibbles } from "./pack-rows.ts";

/**
 * Q5_1: 32 values of 5 bits with a scale and a minimum. The fifth bits lie apart.
 *
 *     byte 0       2       4             8                                    24
 *          ┌───────┬───────┬─────────────┬────────────────────────────────────┐
 *          │ d f16 │ m f16 │ qh: 32 bits │ qs: 16 bytes, low and high nibbles │
 *          └───────┴───────┴─────────────┴────────────────────────────────────┘
 *
 *     value[j]      = d · ((qs[j] & 15) + 16·bit j of qh) + m           j = 0…15
 *     value[j + 16] = d · ((qs[j] >> 4) + 16·bit (j + 16) of qh) + m
 *
 * Source: `block_q5_1`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_q5_1`, ggml-quants.c.
 */
export const Q5_1: IntegerFormat = {
  name: "Q5_1",
  blockLength: 32,
  blockBytes: 24,
  hasMin: true,

  unpack(bytes, offset, blocks, out, outOffset) {
    for (let block = 0; block < blocks; block++) {
      const at = offset + 24 * block;
      const to = outOffset + 32 * block;
      const d = readHalf(bytes, at);
      const m = readHalf(bytes, at + 2);
      const low = bytes[at + 4] | (bytes[at + 5] << 8);
      const high = bytes[at + 6] | (bytes[at + 7] << 8);
      for (let j = 0; j < 16; j++) {
        const pair = bytes[at + 8 + j];
        out[to + j] = ((pair & 15) | (((low >> j) & 1) << 4)) * d + m;
        out[to + 16 + j] = ((pair >> 4) | (((high >> j) & 1) << 4)) * d + m;
      }
    }
  },

  unpackIntegers(bytes, offset, blocks, out, outOffset) {
    const { q } = out;
    for (let block = 0; block < blocks; block++) {
      const at = offset + 24 * block;
      const to = outOffset + 32 * block;
      const low = bytes[at + 4] | (bytes[at + 5] << 8);
      const high = bytes[at + 6] | (bytes[at + 7] << 8);
      setGroup(out, to, readHalf(bytes, at), readHalf(bytes, at + 2));
      for (let j = 0; j < 16; j++) {
        const pair = bytes[at + 8 + j];
        q[to + j] = (pair & 15) | (((low >> j) & 1) << 4);
        q[to + 16 + j] = (pair >> 4) | (((high >> j) & 1) << 4);
      }
    }
  },

  findNonFinite(bytes, offset, blocks) {
    return findNonFiniteHalf(bytes, offset, blocks, 24, 0, 2);
  },

  /** The smallest value becomes 0, the largest 31. */
  pack(values, offset, blocks, out, outOffset, options = {}) {
    if (options.importance !== undefined) {
      packWithMin({ values, offset, blocks, outOffset, blockBytes: 24 }, 31, options, (to, numbers, at, scale, m) => {
        writeHalf(out, to, scale);
        writeHalf(out, to + 2, -m);
        writeFifthBits(out, to + 4, numbers, at);
        writeNibbles(out, to + 8, numbers, at);
      });
      return;
    }
    for (let block = 0; block < blocks; block++) {
      const from = offset + 32 * block;
      const to = outOffset + 24 * block;
      const m = smallest(values, from, from + 32);
      const d = Math.fround(Math.fround(largest(values, from, from + 32) - m) / 31);
      const id = inverse(d);
      writeHalf(out, to, d);
      writeHalf(out, to + 2, m);
      out.fill(0, to + 4, to + 8);
      for (let j = 0; j < 16; j++) {
        const first = quantize(values[from + j], m, id);
        const second = quantize(values[from + 16 + j], m, id);
        out[to + 8 + j] = (first & 15) | ((second & 15) << 4);
        out[to + 4 + (j >> 3)] |= (first >> 4) << (j & 7);
        out[to + 6 + (j >> 3)] |= (second >> 4) << (j & 7);
      }
    }
  },
};

function quantize(value: number, m: number, id: number): number {
  return Math.trunc(Math.fround(Math.fround(Math.fround(value - m) * id) + 0.5));
}
