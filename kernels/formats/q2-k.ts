import { readHalf, setScale } from "./block-parts.ts";
import { integerFormat } from "./integer-format.ts";

/**
 * Q2_K: 256 values of 2 bits; each 16 have a scale and a minimum of 4 bits, in units of d and dmin.
 *
 *     byte 0                 16            80      82         84
 *          ┌─────────────────┬─────────────┬───────┬──────────┐
 *          │ scales 16 bytes │ qs 64 bytes │ d f16 │ dmin f16 │
 *          └─────────────────┴─────────────┴───────┴──────────┘
 *
 * Values 128n…128n+127 share the bytes qs[32n…32n+31]: value 128n + 32r + l is in bits 2r, 2r+1 of qs[32n + l].
 *
 *     value[k] = d · (scales[k >> 4] & 15) · q[k] − dmin · (scales[k >> 4] >> 4)
 *
 * Source: `block_q2_K`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_q2_K`, ggml-quants.c.
 */
export const Q2_K = integerFormat({
  name: "Q2_K",
  blockLength: 256,
  blockBytes: 84,
  hasMin: true,
  scalesAt: 80,

  unpackBlock(bytes, at, out, to) {
    const { q, factor, offset } = out;
    setScale(out, to, 256, readHalf(bytes, at + 80), -readHalf(bytes, at + 82));
    for (let half = 0; half < 16; half++) {
      const scales = bytes[at + half];
      factor[(to >> 4) + half] = scales & 15;
      offset[(to >> 4) + half] = scales >> 4;
    }
    for (let group = 0; group < 8; group++) {
      const from = at + 16 + 32 * (group >> 2);
      const start = to + 32 * group;
      const shift = 2 * (group & 3);
      for (let l = 0; l < 32; l++) q[start + l] = (bytes[from + l] >> shift) & 3;
    }
  },
});
