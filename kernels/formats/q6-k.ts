import { readHalf, setScale } from "./block-parts.ts";
import { integerFormat } from "./integer-format.ts";

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
});
