import { readHalf, setScale, writeHalf } from "./block-parts.ts";
import { integerFormat } from "./integer-format.ts";
import { numbers, packTwoBits } from "./pack-k.ts";
import { fitScaleAndMin, nearestInteger, renumber } from "./search.ts";

const { abs, fround } = Math;

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

  pack(values, offset, blocks, out, outOffset) {
    for (let block = 0; block < blocks; block++) packBlock(values, offset + 256 * block, out, outOffset + 84 * block);
  },
});

const scales = new Float32Array(16);
const minima = new Float32Array(16);
const weights = new Float32Array(16);
const search = { top: 3, first: -0.5, steps: 15, absolute: true };

/** Source: `quantize_row_q2_K_ref`, llama.cpp 0c1e570, ggml-quants.c. */
function packBlock(values: Float32Array, start: number, out: Uint8Array, to: number): void {
  let largestScale = 0;
  let largestMin = 0;
  for (let group = 0; group < 16; group++) {
    const from = start + 16 * group;
    for (let k = 0; k < 16; k++) weights[k] = abs(values[from + k]);
    const { scale, m } = fitScaleAndMin(values, from, weights, numbers, 16 * group, search);
    scales[group] = scale;
    minima[group] = m;
    if (scale > largestScale) largestScale = scale;
    if (m > largestMin) largestMin = m;
  }

  const inverseScale = largestScale > 0 ? fround(15 / largestScale) : 0;
  const inverseMin = largestMin > 0 ? fround(15 / largestMin) : 0;
  writeHalf(out, to + 80, fround(largestScale / 15));
  writeHalf(out, to + 82, fround(largestMin / 15));
  const d = readHalf(out, to + 80);
  const dmin = readHalf(out, to + 82);
  for (let group = 0; group < 16; group++) {
    const scale = nearestInteger(fround(inverseScale * scales[group]));
    const m = nearestInteger(fround(inverseMin * minima[group]));
    const byte = (scale | (m << 4)) & 255;
    out[to + group] = byte;
    const from = 16 * group;
    renumber(values, start + from, 16, fround(d * (byte & 15)), fround(dmin * (byte >> 4)), 0, 3, numbers, from);
  }
  packTwoBits(out, to + 16);
}
