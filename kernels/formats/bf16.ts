import { singleToBfloat16 } from "./bfloat16.ts";
import type { BlockFormat } from "./block-format.ts";

/**
 * BF16: the upper half of a single-precision value, little-endian (its bits: see `bfloat16.ts`).
 *
 *     byte 0      2
 *          ┌──────┐
 *          │ value│
 *          └──────┘
 *
 * Source: `ggml_bf16_to_fp32_row`, llama.cpp 0c1e570, ggml.c.
 */
export const BF16: BlockFormat = {
  name: "BF16",
  blockLength: 1,
  blockBytes: 2,

  unpack(bytes, offset, blocks, out, outOffset) {
    const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
    for (let k = 0; k < blocks; k++) {
      const at = offset + 2 * k;
      bits[outOffset + k] = (bytes[at] << 16) | (bytes[at + 1] << 24);
    }
  },

  findNonFinite(bytes, offset, blocks) {
    for (let k = 0; k < blocks; k++) {
      const at = offset + 2 * k;
      if ((bytes[at + 1] & 0x7f) === 0x7f && bytes[at] >= 0x80) return 2 * k;
    }
    return -1;
  },

  pack(values, offset, blocks, out, outOffset) {
    for (let k = 0; k < blocks; k++) {
      const bits = singleToBfloat16(values[offset + k]);
      out[outOffset + 2 * k] = bits & 255;
      out[outOffset + 2 * k + 1] = bits >> 8;
    }
  },
};
