import { readHalf, setScale } from "./block-parts.ts";
import { integerFormat } from "./integer-format.ts";
import { numbers, packFourBits, packScalesK4 } from "./pack-k.ts";
import { unpackScalesK4 } from "./scales-k4.ts";
import type { AffineSearch } from "./search-groups.ts";

/**
 * Q5_K: 256 values of 5 bits, the fifth apart; each 32 have a scale and a minimum of 6 bits, in units of d and dmin.
 *
 *     byte 0       2          4                 16            48              176
 *          ┌───────┬──────────┬─────────────────┬─────────────┬──────────────┐
 *          │ d f16 │ dmin f16 │ scales 12 bytes │ qh 32 bytes │ qs 128 bytes │
 *          └───────┴──────────┴─────────────────┴─────────────┴──────────────┘
 *
 * Values 64n + l are the low nibbles of qs[32n + l], values 64n + 32 + l the high ones; the fifth bit of value 32g + l
 * is bit g of qh[l]. The scales: `scales-k4.ts`.
 *
 *     value[k] = d · scale[k >> 5] · q[k] − dmin · minimum[k >> 5]
 *
 * Source: `block_q5_K`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_q5_K`, ggml-quants.c.
 */
export const Q5_K = integerFormat({
  name: "Q5_K",
  blockLength: 256,
  blockBytes: 176,
  hasMin: true,
  scalesAt: 0,

  unpackBlock(bytes, at, out, to) {
    const { q } = out;
    setScale(out, to, 256, readHalf(bytes, at), -readHalf(bytes, at + 2));
    unpackScalesK4(bytes, at + 4, out, to);
    for (let n = 0; n < 4; n++) {
      const from = at + 48 + 32 * n;
      const start = to + 64 * n;
      for (let l = 0; l < 32; l++) {
        const pair = bytes[from + l];
        const fifth = bytes[at + 16 + l] >> (2 * n);
        q[start + l] = (pair & 15) | ((fifth & 1) << 4);
        q[start + 32 + l] = (pair >> 4) | ((fifth & 2) << 3);
      }
    }
  },

  pack(values, offset, blocks, out, outOffset, options = {}) {
    const { importance } = options;
    for (let block = 0; block < blocks; block++) {
      const to = outOffset + 176 * block;
      const at = importance === undefined ? 0 : (256 * block) % importance.length;
      packScalesK4(values, offset + 256 * block, out, to, search, options, at);
      packFourBits(out, to + 48);
      out.fill(0, to + 16, to + 48);
      for (let k = 0; k < 256; k++) out[to + 16 + (k & 31)] |= (numbers[k] >> 4) << (k >> 5);
    }
  },
});

const search: AffineSearch = { top: 31, first: -0.5, step: Math.fround(0.1), steps: 15, absolute: false };
