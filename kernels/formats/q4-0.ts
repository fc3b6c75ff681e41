import type { IntegerFormat } from "./block-format.ts";
import { findNonFiniteHalf, readHalf, setGroup, writeHalf } from "./block-parts.ts";
import { inverse, largestByMagnitude } from "./extremes.ts";
import { packWithScale, writeNibbles } from "./pack-rows.ts";

/**
 * Q4_0: 32 values of 4 bits with one scale.
 *
 *     byte 0       2                                    18
 *          ┌───────┬────────────────────────────────────┐
 *          │ d f16 │ qs: 16 bytes, low and high nibbles │
 *          └───────┴────────────────────────────────────┘
 *
 *     value[j]      = d · ((qs[j] & 15) − 8)      j = 0…15
 *     value[j + 16] = d · ((qs[j] >> 4) − 8)
 *
 * Source: `block_q4_0`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_q4_0`, ggml-quants.c.
 */
export const Q4_0: IntegerFormat = {
  name: "Q4_0",
  blockLength: 32,
  blockBytes: 18,
  hasMin: false,

  unpack(bytes, offset, blocks, out, outOffset) {
    for (let block = 0; block < blocks; block++) {
      const at = offset + 18 * block;
      const to = outOffset + 32 * block;
      const d = readHalf(bytes, at);
      for (let j = 0; j < 16; j++) {
        const pair = bytes[at + 2 + j];
        out[to + j] = ((pair & 15) - 8) * d;
        out[to + 16 + j] = ((pair >> 4) - 8) * d;
      }
    }
  },

  unpackIntegers(bytes, offset, blocks, out, outOffset) {
    const { q } = out;
    for (let block = 0; block < blocks; block++) {
      const at = offset + 18 * block;
      const to = outOffset + 32 * block;
      setGroup(out, to, readHalf(bytes, at), 0);
      for (let j = 0; j < 16; j++) {
        const pair = bytes[at + 2 + j];
        q[to + j] = (pair & 15) - 8;
        q[to + 16 + j] = (pair >> 4) - 8;
      }
    }
  },

  findNonFinite(bytes, offset, blocks) {
    return findNonFiniteHalf(bytes, offset, blocks, 18, 0);
  },

  /** The scale makes the value of the largest magnitude −8. */
  pack(values, offset, blocks, out, outOffset, options = {}) {
    if (options.importance !== undefined) {
      packWithScale({ values, offset, blocks, outOffset, blockBytes: 18 }, 8, options, (to, numbers, at, scale) => {
        writeHalf(out, to, scale);
        writeNibbles(out, to + 2, numbers, at);
      });
      return;
    }
    for (let block = 0; block < blocks; block++) {
      const from = offset + 32 * block;
      const to = outOffset + 18 * block;
      const d = Math.fround(largestByMagnitude(values, from, from + 32) / -8);
      const id = inverse(d);
      writeHalf(out, to, d);
      for (let j = 0; j < 16; j++) {
        out[to + 2 + j] = quantize(values[from + j], id) | (quantize(values[from + 16 + j], id) << 4);
      }
    }
  },
};

function quantize(value: number, id: number): number {
  return Math.min(15, Math.trunc(Math.fround(Math.fround(value * id) + 8.5)));
}
