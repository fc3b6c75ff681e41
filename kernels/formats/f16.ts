import type { BlockFormat } from "./block-format.ts";
import { findNonFiniteHalf, writeHalf } from "./block-parts.ts";
import { halfToSingle } from "./half.ts";

/**
 * F16: a half-precision value, little-endian (its bits: see `half.ts`).
 *
 *     byte 0      2
 *          ┌──────┐
 *          │ value│
 *          └──────┘
 *
 * Source: `ggml_fp16_to_fp32_row`, llama.cpp 0c1e570, ggml.c.
 */
export const F16: BlockFormat = {
  name: "F16",
  blockLength: 1,
  blockBytes: 2,

  unpack(bytes, offset, blocks, out, outOffset) {
    for (let k = 0; k < blocks; k++) {
      const at = offset + 2 * k;
      out[outOffset + k] = halfToSingle(bytes[at] | (bytes[at + 1] << 8));
    }
  },

  findNonFinite(bytes, offset, blocks) {
    return findNonFiniteHalf(bytes, offset, blocks, 2, 0);
  },

  pack(values, offset, blocks, out, outOffset) {
    for (let k = 0; k < blocks; k++) writeHalf(out, outOffset + 2 * k, values[offset + k]);
  },
};
