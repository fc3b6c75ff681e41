import { readHalf, setGroup, writeHalf } from "./block-parts.ts";
import { largestByMagnitude } from "./extremes.ts";
import { integerFormat } from "./integer-format.ts";
import { levelsIQ4, nearestIQ4 } from "./levels.ts";

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

  pack(values, offset, blocks, out, outOffset) {
    for (let block = 0; block < blocks; block++) {
      const from = offset + 32 * block;
      const to = outOffset + 18 * block;
      const d = bestScale(values, from);
      const id = d === 0 ? 0 : fround(1 / d);
      writeHalf(out, to, d);
      for (let j = 0; j < 16; j++) {
        const first = nearestIQ4(fround(id * values[from + j]));
        const second = nearestIQ4(fround(id * values[from + 16 + j]));
        out[to + 2 + j] = first | (second << 4);
      }
    }
  },
});

/**
 * The scale of least squared error, each value weighted by its square, among the best ones for 16 roundings: those
 * that put the value of the largest magnitude at −127 ± 7 or at 127.
 * Source: `quantize_row_iq4_nl_impl`, llama.cpp 0c1e570, ggml-quants.c.
 */
function bestScale(values: Float32Array, from: number): number {
  const extreme = largestByMagnitude(values, from, from + 32);
  if (Math.abs(extreme) < fround(1e-15)) return 0;
  let [dot, norm] = project(values, from, fround(1 / fround(-extreme / levelsIQ4[0])));
  let scale = norm > 0 ? fround(dot / norm) : 0;
  let best = fround(scale * dot);
  for (let step = -7; step <= 7; step++) {
    [dot, norm] = project(values, from, fround(fround(step + levelsIQ4[0]) / extreme));
    if (norm > 0 && fround(dot * dot) > fround(best * norm)) {
      scale = fround(dot / norm);
      best = fround(scale * dot);
    }
  }
  return scale;
}

/** Rounds the values times `inverse` to levels: the weighted product of the values and their levels, and of the levels. */
function project(values: Float32Array, from: number, inverse: number): [dot: number, norm: number] {
  let dot = 0;
  let norm = 0;
  for (let k = from; k < from + 32; k++) {
    const level = levelsIQ4[nearestIQ4(fround(inverse * values[k]))];
    const weighted = fround(fround(values[k] * values[k]) * level);
    dot = fround(dot + fround(weighted * values[k]));
    norm = fround(norm + fround(weighted * level));
  }
  return [dot, norm];
}
