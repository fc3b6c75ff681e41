import type { IntegerFormat } from "./block-format.ts";
import { findNonFiniteHalf, readHalf, setGroup, writeHalf } from "./block-parts.ts";
import { inverse, largestByMagnitude } from "./extremes.ts";
import { packWithScale, writeFifthBits, writeNibbles } from "./pack-rows.ts";

/**
 * Q5_0: 32 values of 5 bits with one scale. The fifth bits lie apart.
 *
 *     byte 0       2             6                                    22
 *          ┌───────┬─────────────┬────────────────────────────────────┐
 *          │ d f16 │ qh: 32 bits │ qs: 16 bytes, low and high nibbles │
 *          └───────┴─────────────┴────────────────────────────────────┘
 *
 *     value[j]      = d · ((qs[j] & 15) + 16·bit j of qh − 16)          j = 0…15
 *     value[j + 16] = d · ((qs[j] >> 4) + 16·bit (j + 16) of qh − 16)
 *
 * Source: `block_q5_0`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_q5_0`, ggml-quants.c.
 */
export const Q5_0: IntegerFormat = {
  name: "Q5_0",
  blockLength: 32,
  blockBytes: 22,
  hasMin: false,

  unpack(bytes, offset, blocks, out, outOffset) {
    for (let block = 0; block < blocks; block++) {
      const at = offset + 22 * block;
      const to = outOffset + 32 * block;
      const d = readHalf(bytes, at);
      const low = bytes[at + 2] | (bytes[at + 3] << 8);
      const high = bytes[at + 4] | (bytes[at + 5] << 8);
      for (let j = 0; j < 16; j++) {
        const pair = bytes[at + 6 + j];
        out[to + j] = (((pair & 15) | (((low >> j) & 1) << 4)) - 16) * d;
        out[to + 16 + j] = (((pair >> 4) | (((high >> j) & 1) << 4)) - 16) * d;
      }
    }
  },

  unpackIntegers(bytes, offset, blocks, out, outOffset) {
    const { q } = out;
    for (let block = 0; block < blocks; block++) {
      const at = offset + 22 * block;
      const to = outOffset + 32 * block;
      const low = bytes[at + 2] | (bytes[at + 3] << 8);
      const high = bytes[at + 4] | (bytes[at + 5] << 8);
      setGroup(out, to, readHalf(bytes, at), 0);
      for (let j = 0; j < 16; j++) {
        const pair = bytes[at + 6 + j];
        q[to + j] = ((pair & 15) | (((low >> j) & 1) << 4)) - 16;
        q[to + 16 + j] = ((pair >> 4) | (((high >> j) & 1) << 4)) - 16;
      }
    }
  },

  findNonFinite(bytes, offset, blocks) {
    return findNonFiniteHalf(bytes, offset, blocks, 22, 0);
  },

  /** The scale makes the value of the largest magnitude −16. */
  pack(values, offset, blocks, out, outOffset, options = {}) {
    if (options.importance !== undefined) {
      packWithScale({ values, offset, blocks, outOffset, blockBytes: 22 }, 16, options, (to, numbers, at, scale) => {
        writeHalf(out, to, scale);
        writeFifthBits(out, to + 2, numbers, at);
        writeNibbles(out, to + 6, numbers, at);
      });
      return;
    }
    for (let block = 0; block < blocks; block++) {
      const from = offset + 32 * block;
      const to = outOffset + 22 * block;
      const d = Math.fround(largestByMagnitude(values, from, from + 32) / -16);
      const id = inverse(d);
      writeHalf(out, to, d);
      out.fill(0, to + 2, to + 6);
      for (let j = 0; j < 16; j++) {
        const first = quantize(values[from + j], id);
        const second = quantize(values[from + 16 + j], id);
        out[to + 6 + j] = (first & 15) | ((second & 15) << 4);
        out[to + 2 + (j >> 3)] |= (first >> 4) << (j & 7);
        out[to + 4 + (j >> 3)] |= (second >> 4) << (j & 7);
      }
    }
  },
};

function quantize(value: number, id: number): number {
  return Math.min(31, Math.trunc(Math.fround(Math.fround(value * id) + 16.5)));
}
