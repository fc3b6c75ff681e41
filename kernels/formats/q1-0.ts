import { readHalf, setScale, writeHalf } from "./block-parts.ts";
import { integerFormat } from "./integer-format.ts";

/**
 * Q1_0: 128 values of one bit with one scale.
 *
 *     byte 0       2                       18
 *          ┌───────┬───────────────────────┐
 *          │ d f16 │ qs: 16 bytes of bits  │      value[j] = d where bit j is set, else −d
 *          └───────┴───────────────────────┘
 *
 * Source: `block_q1_0`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_q1_0`, ggml-quants.c.
 */
export const Q1_0 = integerFormat({
  name: "Q1_0",
  blockLength: 128,
  blockBytes: 18,
  hasMin: false,
  scalesAt: 0,

  unpackBlock(bytes, at, out, to) {
    const { q } = out;
    setScale(out, to, 128, readHalf(bytes, at), 0);
    for (let j = 0; j < 128; j++) q[to + j] = 2 * ((bytes[at + 2 + (j >> 3)] >> (j & 7)) & 1) - 1;
  },

  /** The scale is the mean magnitude (summed in order, in single precision). */
  pack(values, offset, blocks, out, outOffset) {
    for (let block = 0; block < blocks; block++) {
      const from = offset + 128 * block;
      const to = outOffset + 18 * block;
      let sum = 0;
      for (let j = 0; j < 128; j++) sum = Math.fround(sum + Math.abs(values[from + j]));
      writeHalf(out, to, Math.fround(sum / 128));
      out.fill(0, to + 2, to + 18);
      for (let j = 0; j < 128; j++) if (values[from + j] >= 0) out[to + 2 + (j >> 3)] |= 1 << (j & 7);
    }
  },
});
