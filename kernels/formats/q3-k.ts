import { readHalf, setScale } from "./block-parts.ts";
import { integerFormat } from "./integer-format.ts";

/**
 * Q3_K: 256 values of 3 bits, the upper bit apart; each 16 have a scale of 6 bits, in units of d.
 *
 *     byte 0                32            96                108     110
 *          ┌────────────────┬─────────────┬─────────────────┬───────┐
 *          │ hmask 32 bytes │ qs 64 bytes │ scales 12 bytes │ d f16 │
 *          └────────────────┴─────────────┴─────────────────┴───────┘
 *
 * Value 32g + l has its low bits in qs[32(g >> 2) + l], at bit 2(g & 3), and its upper bit in bit g of hmask[l].
 * The low four bits of scale s (0…15) are a nibble of scales[s & 7] (the high one from s = 8 on), its upper two are in
 * scales[8 + (s & 3)], at bit 2(s >> 2).
 *
 *     value[k] = d · (scale[k >> 4] − 32) · (low + 4·upper − 4)
 *
 * Source: `block_q3_K`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_q3_K`, ggml-quants.c.
 */
export const Q3_K = integerFormat({
  name: "Q3_K",
  blockLength: 256,
  blockBytes: 110,
  hasMin: false,
  scalesAt: 108,

  unpackBlock(bytes, at, out, to) {
    const { q, factor } = out;
    setScale(out, to, 256, readHalf(bytes, at + 108), 0);
    for (let s = 0; s < 16; s++) {
      const low = (bytes[at + 96 + (s & 7)] >> (s < 8 ? 0 : 4)) & 15;
      const upper = (bytes[at + 104 + (s & 3)] >> (2 * (s >> 2))) & 3;
      factor[(to >> 4) + s] = (low | (upper << 4)) - 32;
    }
    for (let group = 0; group < 8; group++) {
      const from = at + 32 + 32 * (group >> 2);
      const start = to + 32 * group;
      const shift = 2 * (group & 3);
      for (let l = 0; l < 32; l++) {
        q[start + l] = (((bytes[from + l] >> shift) & 3) | (((bytes[at + l] >> group) & 1) << 2)) - 4;
      }
    }
  },
});
