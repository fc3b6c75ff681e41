import { readHalf, setScale, writeHalf } from "./block-parts.ts";
import { inverse, largestByMagnitude } from "./extremes.ts";
import { integerFormat } from "./integer-format.ts";
import { roundHalfAway } from "./rounding.ts";

/**
 * TQ2_0: 256 values −1, 0, 1 (and 2, which packing does not use) of two bits with one scale.
 *
 *     byte 0             64      66
 *          ┌─────────────┬───────┐
 *          │ qs 64 bytes │ d f16 │      value[128n + 32r + l] = d · ((two bits of qs[32n + l], at 2r) − 1)
 *          └─────────────┴───────┘
 *
 * Source: `block_tq2_0`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_tq2_0`, ggml-quants.c.
 */
export const TQ2_0 = integerFormat({
  name: "TQ2_0",
  blockLength: 256,
  blockBytes: 66,
  hasMin: false,
  scalesAt: 64,

  unpackBlock(bytes, at, out, to) {
    const { q } = out;
    setScale(out, to, 256, readHalf(bytes, at + 64), 0);
    for (let group = 0; group < 8; group++) {
      const from = at + 32 * (group >> 2);
      const start = to + 32 * group;
      const shift = 2 * (group & 3);
      for (let l = 0; l < 32; l++) q[start + l] = ((bytes[from + l] >> shift) & 3) - 1;
    }
  },

  /** The largest magnitude becomes 1. */
  pack(values, offset, blocks, out, outOffset) {
    for (let block = 0; block < blocks; block++) {
      const first = offset + 256 * block;
      const to = outOffset + 66 * block;
      const d = Math.abs(largestByMagnitude(values, first, first + 256));
      const id = inverse(d);
      writeHalf(out, to + 64, d);
      out.fill(0, to, to + 64);
      for (let group = 0; group < 8; group++) {
        for (let l = 0; l < 32; l++) {
          const digit = roundHalfAway(Math.fround(values[first + 32 * group + l] * id)) + 1;
          out[to + 32 * (group >> 2) + l] |= digit << (2 * (group & 3));
        }
      }
    }
  },
});
