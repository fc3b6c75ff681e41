import { readHalf, setScale } from "./block-parts.ts";
import { copySigned, gridIQ2S } from "./grids.ts";
import { integerFormat } from "./integer-format.ts";

/**
 * IQ2_S: 256 values as 32 points of a grid, with signs; each 16 values have a scale of 4 bits, in units of d.
 *
 *     byte 0       2             34               66           74               82
 *          ┌───────┬─────────────┬────────────────┬────────────┬────────────────┐
 *          │ d f16 │ qs 32 bytes │ signs 32 bytes │ qh 8 bytes │ scales 8 bytes │
 *          └───────┴─────────────┴────────────────┴────────────┴────────────────┘
 *
 *     values 8p…8p+7 = d/8 · (2·scale + 1) · ±grid[qs[p] + 256·(two bits of qh[p >> 2], at 2(p & 3))]
 *     scale of values 16s…16s+15: nibble s & 1 of scales[s >> 1]
 *
 * Source: `block_iq2_s`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_iq2_s`, ggml-quants.c.
 */
export const IQ2_S = integerFormat({
  name: "IQ2_S",
  blockLength: 256,
  blockBytes: 82,
  hasMin: false,
  scalesAt: 0,

  unpackBlock(bytes, at, out, to) {
    const { q, factor } = out;
    const grid = gridIQ2S();
    setScale(out, to, 256, readHalf(bytes, at) / 8, 0);
    for (let s = 0; s < 16; s++) {
      factor[(to >> 4) + s] = 2 * ((bytes[at + 74 + (s >> 1)] >> (4 * (s & 1))) & 15) + 1;
    }
    for (let p = 0; p < 32; p++) {
      const upper = (bytes[at + 66 + (p >> 2)] >> (2 * (p & 3))) & 3;
      copySigned(grid, 8 * (bytes[at + 2 + p] | (upper << 8)), 8, bytes[at + 34 + p], q, to + 8 * p);
    }
  },
});
