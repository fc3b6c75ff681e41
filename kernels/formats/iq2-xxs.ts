import { readHalf, setScale } from "./block-parts.ts";
import { copySigned, gridIQ2XXS, withParity } from "./grids.ts";
import { integerFormat } from "./integer-format.ts";

/**
 * IQ2_XXS: 256 values as 32 points of a grid, with signs; each 32 values have a scale of 4 bits, in units of d.
 *
 *     byte 0       2                                     66
 *          ┌───────┬─────────────────────────────────────┐
 *          │ d f16 │ 8 groups of 8 bytes, for 32 values  │
 *          └───────┴─────────────────────────────────────┘
 *
 *     byte 0     1     2     3     4                                              8
 *          ┌─────┬─────┬─────┬─────┬──────────────────────────────────────────────┐
 *          │ i0  │ i1  │ i2  │ i3  │ 4 × 7 bits of signs, then the scale (4 bits) │
 *          └─────┴─────┴─────┴─────┴──────────────────────────────────────────────┘
 *
 *     values 8l…8l+7 of a group = d/8 · (2·scale + 1) · ±grid[i_l]       the eighth sign makes their number even
 *
 * Source: `block_iq2_xxs`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_iq2_xxs`, ggml-quants.c.
 */
export const IQ2_XXS = integerFormat({
  name: "IQ2_XXS",
  blockLength: 256,
  blockBytes: 66,
  hasMin: false,
  scalesAt: 0,

  unpackBlock(bytes, at, out, to) {
    const { q, factor } = out;
    const grid = gridIQ2XXS();
    setScale(out, to, 256, readHalf(bytes, at) / 8, 0);
    for (let group = 0; group < 8; group++) {
      const from = at + 2 + 8 * group;
      const word = bytes[from + 4] | (bytes[from + 5] << 8) | (bytes[from + 6] << 16) | (bytes[from + 7] << 24);
      const half = (to >> 4) + 2 * group;
      factor[half] = factor[half + 1] = 2 * (word >>> 28) + 1;
      for (let l = 0; l < 4; l++) {
        copySigned(grid, 8 * bytes[from + l], 8, withParity((word >> (7 * l)) & 127), q, to + 32 * group + 8 * l);
      }
    }
  },
});
