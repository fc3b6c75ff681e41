import { readHalf, setScale, writeHalf } from "./block-parts.ts";
import { inverse, largestByMagnitude } from "./extremes.ts";
import { integerFormat } from "./integer-format.ts";
import { roundHalfAway } from "./rounding.ts";

/**
 * Q2_0: 64 values of two bits with one scale.
 *
 *     byte 0       2                          18
 *          ┌───────┬──────────────────────────┐
 *          │ d f16 │ qs: 16 bytes, 4 values a │      value[j] = d · ((two bits of qs[j >> 2], at 2(j & 3)) − 1)
 *          └───────┴──────────────────────────┘
 *
 * Source: `block_q2_0`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_q2_0`, ggml-quants.c.
 */
export const Q2_0 = integerFormat({
  name: "Q2_0",
  blockLength: 64,
  blockBytes: 18,
  hasMin: false,
  scalesAt: 0,

  unpackBlock(bytes, at, out, to) {
    const { q } = out;
    setScale(out, to, 64, readHalf(bytes, at), 0);
    for (let j = 0; j < 64; j++) q[to + j] = ((bytes[at + 2 + (j >> 2)] >> (2 * (j & 3))) & 3) - 1;
  },

  /** The largest magnitude becomes ±1. */
  pack(values, offset, blocks, out, outOffset) {
    for (let block = 0; block < blocks; block++) {
      const from = offset + 64 * block;
      const to = outOffset + 18 * block;
      const d = Math.abs(largestByMagnitude(values, from, from + 64));
      const id = inverse(d);
      writeHalf(out, to, d);
      out.fill(0, to + 2, to + 18);
      for (let j = 0; j < 64; j++) {
        const code = roundHalfAway(Math.fround(values[from + j] * id)) + 1;
        out[to + 2 + (j >> 2)] |= Math.max(0, Math.min(3, code)) << (2 * (j & 3));
      }
    }
  },
});
