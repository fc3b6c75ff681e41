import type { IntegerFormat } from "./block-format.ts";
import { findNonFiniteHalf, readHalf, setGroup, writeHalf } from "./block-parts.ts";
import { inverse, largestByMagnitude } from "./extremes.ts";
import { roundHalfAway } from "./rounding.ts";

/**
 * Q8_0: 32 values of 8 bits with one scale.
 *
 *     byte 0       2                        34
 *          ┌───────┬────────────────────────┐
 *          │ d f16 │ qs: 32 signed bytes    │      value[j] = d · qs[j]
 *          └───────┴────────────────────────┘
 *
 * Source: `block_q8_0`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_q8_0`, ggml-quants.c.
 */
export const Q8_0: IntegerFormat = {
  name: "Q8_0",
  blockLength: 32,
  blockBytes: 34,
  hasMin: false,

  unpack(bytes, offset, blocks, out, outOffset) {
    for (let block = 0; block < blocks; block++) {
      const at = offset + 34 * block;
      const to = outOffset + 32 * block;
      const d = readHalf(bytes, at);
      for (let j = 0; j < 32; j++) out[to + j] = ((bytes[at + 2 + j] << 24) >> 24) * d;
    }
  },

  unpackIntegers(bytes, offset, blocks, out, outOffset) {
    const { q } = out;
    for (let block = 0; block < blocks; block++) {
      const at = offset + 34 * block;
      const to = outOffset + 32 * block;
      setGroup(out, to, readHalf(bytes, at), 0);
      for (let j = 0; j < 32; j++) q[to + j] = bytes[at + 2 + j]!;
    }
  },

  findNonFinite(bytes, offset, blocks) {
    return findNonFiniteHalf(bytes, offset, blocks, 34, 0);
  },

  /** The largest magnitude becomes 127; ties round away from zero. */
  pack(values, offset, blocks, out, outOffset) {
    for (let block = 0; block < blocks; block++) {
      const from = offset + 32 * block;
      const to = outOffset + 34 * block;
      const d = Math.fround(Math.abs(largestByMagnitude(values, from, from + 32)) / 127);
      const id = inverse(d);
      writeHalf(out, to, d);
      for (let j = 0; j < 32; j++) {
        out[to + 2 + j] = roundHalfAway(Math.fround(values[from + j] * id));
      }
    }
  },
};
