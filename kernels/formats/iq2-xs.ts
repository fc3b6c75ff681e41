import { readHalf, setScale } from "./block-parts.ts";
import { copySigned, gridIQ2XS, withParity } from "./grids.ts";
import { integerFormat } from "./integer-format.ts";

/**
 * IQ2_XS: 256 values as 32 points of a grid, with signs; each 16 values have a scale of 4 bits, in units of d.
 *
 *     byte 0       2                                              66               74
 *          ┌───────┬──────────────────────────────────────────────┬────────────────┐
 *          │ d f16 │ qs: 32 × 16 bits, 9 of a point, 7 of signs   │ scales 8 bytes │
 *          └───────┴──────────────────────────────────────────────┴────────────────┘
 *
 *     values 8p…8p+7 = d/8 · (2·scale + 1) · ±grid[qs[p] & 511]          the eighth sign makes their number even
 *     scale of values 16s…16s+15: nibble s & 1 of scales[s >> 1]
 *
 * Source: `block_iq2_xs`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_iq2_xs`, ggml-quants.c.
 */
export const IQ2_XS = integerFormat({
  name: "IQ2_XS",
  blockLength: 256,
  blockBytes: 74,
  hasMin: false,
  scalesAt: 0,

  unpackBlock(bytes, at, out, to) {
    const { q, factor } = out;
    const grid = gridIQ2XS();
    setScale(out, to, 256, readHalf(bytes, at) / 8, 0);
    for (let s = 0; s < 16; s++) {
      factor[(to >> 4) + s] = 2 * ((bytes[at + 66 + (s >> 1)] >> (4 * (s & 1))) & 15) + 1;
    }
    for (let p = 0; p < 32; p++) {
      const word = bytes[at + 2 + 2 * p] | (bytes[at + 3 + 2 * p] << 8);
      copySigned(grid, 8 * (word & 511), 8, withParity(word >> 9), q, to + 8 * p);
    }
  },
});
