import type { IntegerFormat } from "./block-format.ts";
import { findNonFiniteHalf, readHalf, setGroup, writeHalf } from "./block-parts.ts";
import { inverse, largest, smallest } from "./extremes.ts";
import { packWithMin, writeNibbles } from "./pack-rows.ts";

/**
 * Q4_1: 32 values of 4 bits with a scale and a minimum.
 *
 *     byte 0       2       4                                    20
 *          ┌───────┬───────┬────────────────────────────────────┐
 *          │ d f16 │ m f16 │ qs: 16 bytes, low and high nibbles │
 *          └───────┴───────┴────────────────────────────────────┘
 *
 *     value[j]      = d · (qs[j] & 15) + m        j = 0…15
 *     value[j + 16] = d · (qs[j] >> 4) + m
 *
 * Source: `block_q4_1`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_q4_1`, ggml-quants.c.
 */
export const Q4_1: IntegerFormat = {
  name: "Q4_1",
  blockLength: 32,
  blockBytes: 20,
  hasMin: true,

  unpack(bytes, offset, blocks, out, outOffset) {
    for (let block = 0; block < blocks; block++) {
      const at = offset + 20 * block;
      const to = outOffset + 32 * block;
      const d = readHalf(bytes, at);
      const m = readHalf(bytes, at + 2);
      for (let j = 0; j < 16; j++) {
        const pair = bytes[at + 4 + j];
        out[to + j] = (pair & 15) * d + m;
        out[to + 16 + j] = (pair >> 4) * d + m;
      }
    }
  },

  unpackIntegers(bytes, offset, blocks, out, outOffset) {
    const { q } = out;
    for (let block = 0; block < blocks; block++) {
      const at = offset + 20 * block;
      const to = outOffset + 32 * block;
      setGroup(out, to, readHalf(bytes, at), readHalf(bytes, at + 2));
      for (let j = 0; j < 16; j++) {
        const pair = bytes[at + 4 + j];
        q[to + j] = pair & 15;
        q[to + 16 + j] = pair >> 4;
      }
    }
  },

  findNonFinite(bytes, offset, blocks) {
    return findNonFiniteHalf(bytes, offset, blocks, 20, 0, 2);
  },

  /** The smallest value becomes 0, the largest 15. */
  pack(values, offset, blocks, out, outOffset, options = {}) {
    if (options.importance !== undefined) {
      packWithMin({ values, offset, blocks, outOffset, blockBytes: 20 }, 15, options, (to, numbers, at, scale, m) => {
        writeHalf(out, to, scale);
        writeHalf(out, to + 2, -m);
        writeNibbles(out, to + 4, numbers, at);
      });
      return;
    }
    for (let block = 0; block < blocks; block++) {
      const from = offset + 32 * block;
      const to = outOffset + 20 * block;
      const m = smallest(values, from, from + 32);
      const d = Math.fround(Math.fround(largest(values, from, from + 32) - m) / 15);
      const id = inverse(d);
      writeHalf(out, to, d);
      writeHalf(out, to + 2, m);
      for (let j = 0; j < 16; j++) {
        out[to + 4 + j] = quantize(values[from + j], m, id) | (quantize(values[from + 16 + j], m, id) << 4);
      }
    }
  },
};

function quantize(value: number, m: number, id: number): number {
  return Math.min(15, Math.trunc(Math.fround(Math.fround(Math.fround(value - m) * id) + 0.5)));
}
