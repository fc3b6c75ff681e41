import { readHalf, setScale } from "./block-parts.ts";
import { integerFormat } from "./integer-format.ts";
import { levelsIQ4 } from "./levels.ts";

/**
 * IQ4_XS: 256 values as numbers (4 bits) of 16 levels; each 32 values have a scale of 6 bits, in units of d.
 *
 *     byte 0       2                4                  8              136
 *          ┌───────┬────────────────┬──────────────────┬──────────────┐
 *          │ d f16 │ scales_h 8 × 2 │ scales_l 8 × 4   │ qs 128 bytes │
 *          └───────┴────────────────┴──────────────────┴──────────────┘
 *
 *     value[32g + j]      = d · (scale g − 32) · level[qs[16g + j] & 15]        j = 0…15
 *     value[32g + 16 + j] = d · (scale g − 32) · level[qs[16g + j] >> 4]
 *
 * Source: `block_iq4_xs`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_iq4_xs`, ggml-quants.c.
 */
export const IQ4_XS = integerFormat({
  name: "IQ4_XS",
  blockLength: 256,
  blockBytes: 136,
  hasMin: false,
  scalesAt: 0,

  unpackBlock(bytes, at, out, to) {
    const { q, factor } = out;
    const upper = bytes[at + 2] | (bytes[at + 3] << 8);
    setScale(out, to, 256, readHalf(bytes, at), 0);
    for (let group = 0; group < 8; group++) {
      const low = (bytes[at + 4 + (group >> 1)] >> (4 * (group & 1))) & 15;
      const half = (to >> 4) + 2 * group;
      factor[half] = factor[half + 1] = (low | (((upper >> (2 * group)) & 3) << 4)) - 32;
      const start = to + 32 * group;
      for (let j = 0; j < 16; j++) {
        const pair = bytes[at + 8 + 16 * group + j];
        q[start + j] = levelsIQ4[pair & 15];
        q[start + 16 + j] = levelsIQ4[pair >> 4];
      }
    }
  },
});
