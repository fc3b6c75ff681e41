import { setScale } from "./block-parts.ts";
import { gridIQ1S } from "./grids.ts";
import { halfToSingle, isFiniteHalf } from "./half.ts";
import { integerFormat } from "./integer-format.ts";

/**
 * IQ1_M: 256 values as 32 points of a grid of −1, 0, 1, each point shifted by an eighth up or down; each 16 values have
 * a scale of 3 bits, in units of d. The bits of d (f16) are the upper four of the four 16-bit words of scales.
 *
 *     byte 0             32                                             48                            56
 *          ┌─────────────┬──────────────────────────────────────────────┬─────────────────────────────┐
 *          │ qs 32 bytes │ qh: 32 × 4 bits: 3 of the point, shift down  │ 4 × 16 bits: 4 × scale, d/4 │
 *          └─────────────┴──────────────────────────────────────────────┴─────────────────────────────┘
 *
 *     values 8p…8p+7 = d/8 · (2·scale + 1) · (8·grid[qs[p] + 256·(3 bits of qh)] ± 1)
 *     scale of values 16s…16s+15: bits 3(s & 3)… of word s >> 2
 *
 * Source: `block_iq1_m`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_iq1_m`, ggml-quants.c.
 */
export const IQ1_M = integerFormat({
  name: "IQ1_M",
  blockLength: 256,
  blockBytes: 56,
  hasMin: false,
  scalesAt: 48,

  unpackBlock(bytes, at, out, to) {
    const { q, factor } = out;
    const grid = gridIQ1S();
    setScale(out, to, 256, halfToSingle(scaleBits(bytes, at)) / 8, 0);
    for (let s = 0; s < 16; s++) {
      const word = bytes[at + 48 + 2 * (s >> 2)] | (bytes[at + 49 + 2 * (s >> 2)] << 8);
      factor[(to >> 4) + s] = 2 * ((word >> (3 * (s & 3))) & 7) + 1;
    }
    for (let p = 0; p < 32; p++) {
      const upper = bytes[at + 32 + (p >> 1)] >> (4 * (p & 1));
      const shift = (upper & 8) !== 0 ? -1 : 1;
      const point = 8 * (bytes[at + p] | ((upper & 7) << 8));
      for (let j = 0; j < 8; j++) q[to + 8 * p + j] = 8 * grid[point + j] + shift;
    }
  },

  findNonFinite(bytes, offset, blocks) {
    for (let block = 0; block < blocks; block++) {
      if (!isFiniteHalf(scaleBits(bytes, offset + 56 * block))) return 56 * block;
    }
    return -1;
  },
});

/** d is scattered: its lowest four bits are the first word's highest. */
function scaleBits(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at + 49] >> 4) | (bytes[at + 51] & 0xf0) | ((bytes[at + 53] & 0xf0) << 4) | ((bytes[at + 55] & 0xf0) << 8)
  );
}
