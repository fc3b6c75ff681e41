import { readHalf, setScale } from "./block-parts.ts";
import { copySigned, gridIQ3S } from "./grids.ts";
import { integerFormat } from "./integer-format.ts";

/**
 * IQ3_S: 256 values as 64 points of a grid, with signs; each 32 values have a scale of 4 bits, in units of d.
 *
 *     byte 0       2             66           74               106              110
 *          ┌───────┬─────────────┬────────────┬────────────────┬────────────────┐
 *          │ d f16 │ qs 64 bytes │ qh 8 bytes │ signs 32 bytes │ scales 4 bytes │
 *          └───────┴─────────────┴────────────┴────────────────┴────────────────┘
 *
 *     values 4p…4p+3 = d · (2·scale + 1) · ±grid[qs[p] + 256·(bit p & 7 of qh[p >> 3])]
 *     scale of values 32g…32g+31: nibble g & 1 of scales[g >> 1]; signs: one bit a value
 *
 * Source: `block_iq3_s`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_iq3_s`, ggml-quants.c.
 */
export const IQ3_S = integerFormat({
  name: "IQ3_S",
  blockLength: 256,
  blockBytes: 110,
  hasMin: false,
  scalesAt: 0,

  unpackBlock(bytes, at, out, to) {
    const { q, factor } = out;
    const grid = gridIQ3S();
    setScale(out, to, 256, readHalf(bytes, at), 0);
    for (let group = 0; group < 8; group++) {
      const half = (to >> 4) + 2 * group;
      factor[half] = factor[half + 1] = 2 * ((bytes[at + 106 + (group >> 1)] >> (4 * (group & 1))) & 15) + 1;
    }
    for (let p = 0; p < 64; p++) {
      const upper = (bytes[at + 66 + (p >> 3)] >> (p & 7)) & 1;
      const signs = bytes[at + 74 + (p >> 1)] >> (4 * (p & 1));
      copySigned(grid, 4 * (bytes[at + 2 + p] | (upper << 8)), 4, signs, q, to + 4 * p);
    }
  },
});
