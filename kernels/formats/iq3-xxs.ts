import { readHalf, setScale } from "./block-parts.ts";
import { copySigned, gridIQ3XXS, withParity } from "./grids.ts";
import { integerFormat } from "./integer-format.ts";

/**
 * IQ3_XXS: 256 values as 64 points of a grid, with signs; each 32 values have a scale of 4 bits, in units of d.
 *
 *     byte 0       2             66                                                          98
 *          ┌───────┬─────────────┬───────────────────────────────────────────────────────────┐
 *          │ d f16 │ qs 64 bytes │ 8 × 32 bits: 4 × 7 bits of signs, then the scale (4 bits) │
 *          └───────┴─────────────┴───────────────────────────────────────────────────────────┘
 *
 *     values 4p…4p+3 = d/4 · (2·scale + 1) · ±grid[qs[p]]       of eight signs, the eighth makes their number even
 *
 * Source: `block_iq3_xxs`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_iq3_xxs`, ggml-quants.c.
 */
export const IQ3_XXS = integerFormat({
  name: "IQ3_XXS",
  blockLength: 256,
  blockBytes: 98,
  hasMin: false,
  scalesAt: 0,

  unpackBlock(bytes, at, out, to) {
    const { q, factor } = out;
    const grid = gridIQ3XXS();
    setScale(out, to, 256, readHalf(bytes, at) / 4, 0);
    for (let group = 0; group < 8; group++) {
      const from = at + 66 + 4 * group;
      const word = bytes[from] | (bytes[from + 1] << 8) | (bytes[from + 2] << 16) | (bytes[from + 3] << 24);
      const half = (to >> 4) + 2 * group;
      factor[half] = factor[half + 1] = 2 * (word >>> 28) + 1;
      for (let l = 0; l < 4; l++) {
        const signs = withParity((word >> (7 * l)) & 127);
        const point = at + 2 + 8 * group + 2 * l;
        const start = to + 32 * group + 8 * l;
        copySigned(grid, 4 * bytes[point], 4, signs, q, start);
        copySigned(grid, 4 * bytes[point + 1], 4, signs >> 4, q, start + 4);
      }
    }
  },
});
