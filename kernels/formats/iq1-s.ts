import { readHalf, setScale } from "./block-parts.ts";
import { gridIQ1S } from "./grids.ts";
import { integerFormat } from "./integer-format.ts";

/**
 * IQ1_S: 256 values as 32 points of a grid of −1, 0, 1; each 32 values have a scale of 3 bits, in units of d, and a
 * shift of all values by an eighth up or down.
 *
 *     byte 0       2             34                                                                       50
 *          ┌───────┬─────────────┬─────────────────────────────────────────────────────────────────────────┐
 *          │ d f16 │ qs 32 bytes │ qh: 8 × 16 bits: 4 × 3 upper bits of points, scale (3 bits), shift down │
 *          └───────┴─────────────┴─────────────────────────────────────────────────────────────────────────┘
 *
 *     values 8p…8p+7 = d · (2·scale + 1) · (grid[qs[p] + 256·upper] ± 1/8)
 *                    = d/8 · (2·scale + 1) · (8·grid[…] ± 1)
 *
 * Source: `block_iq1_s`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_iq1_s`, ggml-quants.c.
 */
export const IQ1_S = integerFormat({
  name: "IQ1_S",
  blockLength: 256,
  blockBytes: 50,
  hasMin: false,
  scalesAt: 0,

  unpackBlock(bytes, at, out, to) {
    const { q, factor } = out;
    const grid = gridIQ1S();
    setScale(out, to, 256, readHalf(bytes, at) / 8, 0);
    for (let group = 0; group < 8; group++) {
      const word = bytes[at + 34 + 2 * group] | (bytes[at + 35 + 2 * group] << 8);
      const shift = (word & 0x8000) !== 0 ? -1 : 1;
      const half = (to >> 4) + 2 * group;
      factor[half] = factor[half + 1] = 2 * ((word >> 12) & 7) + 1;
      for (let l = 0; l < 4; l++) {
        const point = 8 * (bytes[at + 2 + 4 * group + l] | (((word >> (3 * l)) & 7) << 8));
        const start = to + 32 * group + 8 * l;
        for (let j = 0; j < 8; j++) q[start + j] = 8 * grid[point + j] + shift;
      }
    }
  },
});
