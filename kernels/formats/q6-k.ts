import type { PackOptions } from "./block-format.ts";
import { readHalf, setScale, writeHalf } from "./block-parts.ts";
import { largestByMagnitude } from "./extremes.ts";
import { integerFormat } from "./integer-format.ts";
import { square } from "./importance.ts";
import { nearestInteger, negligible } from "./nearest-integer.ts";
import { numbers, weights } from "./pack-k.ts";
import { renumber } from "./renumber.ts";
import { scalarSearch } from "./search.ts";

const { abs, fround, min } = Math;

/**
 * Q6_K: 256 values of 6 bits, the upper two apart; each 16 have a signed scale of 8 bits, in units of d.
 *
 *     byte 0              128           192                    208     210
 *          ┌──────────────┬─────────────┬──────────────────────┬───────┐
 *          │ ql 128 bytes │ qh 64 bytes │ scales 16 signed b.  │ d f16 │
 *          └──────────────┴─────────────┴──────────────────────┴───────┘
 *
 * Value 128n + 32r + l (r = 0…3) has its low bits in ql[64n + 32(r & 1) + l], the high nibble from r = 2 on, and its
 * upper two in qh[32n + l], at bit 2r.
 *
 *     value[k] = d · scales[k >> 4] · (low + 16·upper − 32)
 *
 * Source: `block_q6_K`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_q6_K`, ggml-quants.c.
 */
export const Q6_K = integerFormat({
  name: "Q6_K",
  blockLength: 256,
  blockBytes: 210,
  hasMin: false,
  scalesAt: 208,

  unpackBlock(bytes, at, out, to) {
    const { q, factor } = out;
    setScale(out, to, 256, readHalf(bytes, at + 208), 0);
    for (let s = 0; s < 16; s++) factor[(to >> 4) + s] = (bytes[at + 192 + s] << 24) >> 24;
    for (let n = 0; n < 2; n++) {
      const low = at + 64 * n;
      const high = at + 128 + 32 * n;
      const start = to + 128 * n;
      for (let l = 0; l < 32; l++) {
        const upper = bytes[high + l];
        const first = bytes[low + l];
        const second = bytes[low + 32 + l];
        q[start + l] = ((first & 15) | ((upper & 3) << 4)) - 32;
        q[start + 32 + l] = ((second & 15) | ((upper & 12) << 2)) - 32;
        q[start + 64 + l] = ((first >> 4) | (upper & 48)) - 32;
        q[start + 96 + l] = ((second >> 4) | ((upper & 192) >> 2)) - 32;
      }
    }
  },

  pack(values, offset, blocks, out, outOffset, options = {}) {
    const { importance } = options;
    for (let block = 0; block < blocks; block++) {
      const at = importance === undefined ? 0 : (256 * block) % importance.length;
      packBlock(values, offset + 256 * block, out, outOffset + 210 * block, options, at);
    }
  },
});

const scales = new Float32Array(16);

/** Source: `quantize_row_q6_K_ref`, `quantize_row_q6_K_impl`, llama.cpp 0c1e570, ggml-quants.c. */
function packBlock(
  values: Float32Array,
  start: number,
  out: Uint8Array,
  to: number,
  { importance, search = scalarSearch }: PackOptions,
  at: number,
): void {
  if (importance === undefined) square(values, start, 256, weights);
  else weights.set(importance.subarray(at, at + 256));
  search.fitScale({ values, start, weights, count: 16, length: 16, numbers, from: 0 }, 32, scales);
  out.fill(0, to, to + 210);
  const largestScale = largestByMagnitude(scales, 0, 16);
  if (abs(largestScale) < negligible) return;
  const inverse = fround(-128 / largestScale);
  writeHalf(out, to + 208, fround(1 / inverse));
  const d = readHalf(out, to + 208);
  for (let group = 0; group < 16; group++) {
    const scale = min(127, nearestInteger(fround(inverse * scales[group])));
    out[to + 192 + group] = scale;
    renumber(values, start + 16 * group, 16, fround(d * scale), 0, -32, 31, numbers, 16 * group);
  }
  for (let k = 0; k < 256; k++) {
    const n = k >> 7;
    const r = (k >> 5) & 3;
    out[to + 64 * n + 32 * (r & 1) + (k & 31)] |= (numbers[k] & 15) << (4 * (r >> 1));
    out[to + 128 + 32 * n + (k & 31)] |= (numbers[k] >> 4) << (2 * r);
  }
}
