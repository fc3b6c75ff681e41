import { readHalf, setGroup, writeHalf } from "./block-parts.ts";
import { inverse } from "./extremes.ts";
import { meanSquare, square, weigh } from "./importance.ts";
import { integerFormat } from "./integer-format.ts";
import { levelsIQ4, nearestIQ4 } from "./levels.ts";
import { fitLevels } from "./search-levels.ts";

const { fround } = Math;

/**
 * IQ4_NL: 32 values as numbers (4 bits) of 16 levels that are denser about zero, with one scale.
 *
 *     byte 0       2                                    18
 *          ┌───────┬────────────────────────────────────┐
 *          │ d f16 │ qs: 16 bytes, low and high nibbles │
 *          └───────┴────────────────────────────────────┘
 *
 *     value[j]      = d · level[qs[j] & 15]        j = 0…15
 *     value[j + 16] = d · level[qs[j] >> 4]
 *
 * Source: `block_iq4_nl`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_iq4_nl`, ggml-quants.c.
 */
export const IQ4_NL = integerFormat({
  name: "IQ4_NL",
  blockLength: 32,
  blockBytes: 18,
  hasMin: false,
  scalesAt: 0,

  unpackBlock(bytes, at, out, to) {
    const { q } = out;
    setGroup(out, to, readHalf(bytes, at), 0);
    for (let j = 0; j < 16; j++) {
      const pair = bytes[at + 2 + j];
      q[to + j] = levelsIQ4[pair & 15];
      q[to + 16 + j] = levelsIQ4[pair >> 4];
    }
  },

  pack(values, offset, blocks, out, outOffset, { importance } = {}) {
    for (let block = 0; block < blocks; block++) {
      const from = offset + 32 * block;
      const to = outOffset + 18 * block;
      if (importance === undefined) square(values, from, 32, weights);
      else {
        const spread = 2 * meanSquare(values, from, 32, 1);
        weigh(values, from, importance, (32 * block) % importance.length, 32, spread, weights);
      }
      const d = fitLevels(values, from, weights, 0);
      const id = inverse(d);
      writeHalf(out, to, d);
      for (let j = 0; j < 16; j++) {
        const first = nearestIQ4(fround(id * values[from + j]));
        const second = nearestIQ4(fround(id * values[from + 16 + j]));
        out[to + 2 + j] = first | (second << 4);
      }
    }
  },
});

const weights = new Float32Array(32);
