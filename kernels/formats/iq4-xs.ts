import { readHalf, setScale, writeHalf } from "./block-parts.ts";
import { inverse, largestByMagnitude } from "./extremes.ts";
import { meanSquare, square, weigh } from "./importance.ts";
import { integerFormat } from "./integer-format.ts";
import { levelsIQ4, nearestIQ4 } from "./levels.ts";
import { nearestInteger } from "./nearest-integer.ts";
import { fitLevels } from "./search-levels.ts";

const { fround, max, min } = Math;

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

  pack(values, offset, blocks, out, outOffset, options = {}) {
    const { importance } = options;
    for (let block = 0; block < blocks; block++) {
      const at = importance === undefined ? 0 : (256 * block) % importance.length;
      packBlock(values, offset + 256 * block, out, outOffset + 136 * block, importance, at);
    }
  },
});

const scales = new Float32Array(8);
const weights = new Float32Array(256);

/** Source: `quantize_row_iq4_nl_impl`, llama.cpp 0c1e570, ggml-quants.c. */
function packBlock(
  values: Float32Array,
  start: number,
  out: Uint8Array,
  to: number,
  importance: Float32Array | undefined,
  at: number,
): void {
  if (importance === undefined) square(values, start, 256, weights);
  else weigh(values, start, importance, at, 256, 2 * meanSquare(values, start, 256, 1), weights);
  for (let group = 0; group < 8; group++) scales[group] = fitLevels(values, start + 32 * group, weights, 32 * group);

  const d = fround(-largestByMagnitude(scales, 0, 8) / 32);
  const id = inverse(d);
  writeHalf(out, to, d);
  out.fill(0, to + 2, to + 8);
  for (let group = 0; group < 8; group++) {
    const scale = max(-32, min(31, nearestInteger(fround(id * scales[group]))));
    const inverseScale = inverse(fround(d * scale));
    const code = scale + 32;
    out[to + 4 + (group >> 1)] |= (code & 15) << (4 * (group & 1));
    out[to + 2 + (group >> 2)] |= (code >> 4) << (2 * (group & 3));
    const from = start + 32 * group;
    for (let j = 0; j < 16; j++) {
      const first = nearestIQ4(fround(inverseScale * values[from + j]));
      const second = nearestIQ4(fround(inverseScale * values[from + 16 + j]));
      out[to + 8 + 16 * group + j] = first | (second << 4);
    }
  }
}
