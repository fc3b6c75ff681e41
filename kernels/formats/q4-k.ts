import { readHalf, setScale } from "./block-parts.ts";
import { integerFormat } from "./integer-format.ts";
import { packFourBits, packScalesK4 } from "./pack-k.ts";
import { unpackScalesK4 } from "./scales-k4.ts";
import type { AffineSearch } from "./search-groups.ts";

/**
 * Q4_K: 256 values of 4 bits; each 32 have a scale and a minimum of 6 bits, in units of d and dmin.
 *
 *     byte 0       2          4                 16              144
 *          ┌───────┬──────────┬─────────────────┬──────────────┐
 *          │ d f16 │ dmin f16 │ scales 12 bytes │ qs 128 bytes │
 *          └───────┴──────────┴─────────────────┴──────────────┘
 *
 * Values 64n + l are the low nibbles of qs[32n + l], values 64n + 32 + l the high ones. The scales: `scales-k4.ts`.
 *
 *     value[k] = d · scale[k >> 5] · q[k] − dmin · minimum[k >> 5]
 *
 * Source: `block_q4_K`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_q4_K`, ggml-quants.c.
 */
export const Q4_K = integerFormat({
  name: "Q4_K",
  blockLength: 256,
  blockBytes: 144,
  hasMin: true,
  scalesAt: 0,

  unpackBlock(bytes, at, out, to) {
    const { q } = out;
    setScale(out, to, 256, readHalf(bytes, at), -readHalf(bytes, at + 2));
    unpackScalesK4(bytes, at + 4, out, to);
    for (let n = 0; n < 4; n++) {
      const from = at + 16 + 32 * n;
      const start = to + 64 * n;
      for (let l = 0; l < 32; l++) {
        const pair = bytes[from + l];
        q[start + l] = pair & 15;
        q[start + 32 + l] = pair >> 4;
      }
    }
  },

  pack(values, offset, blocks, out, outOffset, options = {}) {
    const { importance } = options;
    for (let block = 0; block < blocks; block++) {
      const to = outOffset + 144 * block;
      const at = importance === undefined ? 0 : (256 * block) % importance.length;
      packScalesK4(values, offset + 256 * block, out, to, search, options, at);
      packFourBits(out, to + 16);
    }
  },
});

const search: AffineSearch = { top: 15, first: -1, step: Math.fround(0.1), steps: 20, absolute: false };
