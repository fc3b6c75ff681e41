import type { BlockFormat } from "./block-format.ts";

/**
 * F32: a single-precision value, little-endian.
 *
 *     byte 0      4
 *          ┌──────┐
 *          │ value│
 *          └──────┘
 *
 * Source: `GGML_TYPE_F32`, llama.cpp 0c1e570, ggml.c. The machine is little-endian, as all are that run the package.
 */
export const F32: BlockFormat = {
  name: "F32",
  blockLength: 1,
  blockBytes: 4,

  unpack(bytes, offset, blocks, out, outOffset) {
    const target = new Uint8Array(out.buffer, out.byteOffset + 4 * outOffset, 4 * blocks);
    target.set(bytes.subarray(offset, offset + 4 * blocks));
  },

  findNonFinite(bytes, offset, blocks) {
    for (let block = 0; block < blocks; block++) {
      const at = offset + 4 * block;
      if ((bytes[at + 3] & 0x7f) === 0x7f && bytes[at + 2] >= 0x80) return 4 * block;
    }
    return -1;
  },

  pack(values, offset, blocks, out, outOffset) {
    out.set(new Uint8Array(values.buffer, values.byteOffset + 4 * offset, 4 * blocks), outOffset);
  },
};
