import type { BlockFormat } from "./block-format.ts";
import { writeHalf } from "./block-parts.ts";
import { singlesOfHalves } from "./half.ts";

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
    const table = singlesOfHalves();
    for (let k = 0; k < blocks; k++) {
      const at = offset + 2 * k;
      out[outOffset + k] = table[bytes[at] | (bytes[at + 1] << 8)];
    }
  },

  findNonFinite(bytes, offset, blocks) {
    // The upper byte tells.
    for (let at = offset + 1, end = offset + 2 * blocks; at < end; at += 2) {
      if ((bytes[at] & 0x7c) === 0x7c) return at - 1 - offset;
    }
    return -1;
  },

  pack(values, offset, blocks, out, outOffset) {
    for (let k = 0; k < blocks; k++) writeHalf(out, outOffset + 2 * k, values[offset + k]);
  },
};
