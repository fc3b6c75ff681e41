import { readHalf, setScale, writeHalf } from "./block-parts.ts";
import { inverse, largestByMagnitude } from "./extremes.ts";
import { integerFormat } from "./integer-format.ts";
import { roundHalfAway } from "./rounding.ts";

/**
 * TQ1_0: 256 values −1, 0, 1 with one scale, five to a byte in base 3.
 *
 *     byte 0             32            48           52      54
 *          ┌─────────────┬─────────────┬────────────┬───────┐
 *          │ qs 32 bytes │ qs 16 bytes │ qh 4 bytes │ d f16 │
 *          │ values 0…159│ 160…239     │ 240…255    │       │
 *          └─────────────┴─────────────┴────────────┴───────┘
 *
 * Of a run of m bytes (32, 16, 4), byte i holds the values i, m + i, 2m + i, … (5, 5, 4 of them) as the digits of a
 * fraction b/256 = 0.t₀t₁t₂t₃t₄ in base 3, rounded up: digit n is the integer part of 3 · fraction(b/256 · 3^n).
 *
 *     value = d · (digit − 1)
 *
 * Source: `block_tq1_0`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_tq1_0`, ggml-quants.c.
 */
export const TQ1_0 = integerFormat({
  name: "TQ1_0",
  blockLength: 256,
  blockBytes: 54,
  hasMin: false,
  scalesAt: 52,

  unpackBlock(bytes, at, out, to) {
    const { q } = out;
    setScale(out, to, 256, readHalf(bytes, at + 52), 0);
    for (const { from, length, digits, start } of runs) {
      for (let n = 0; n < digits; n++) {
        for (let i = 0; i < length; i++) {
          const fraction = (bytes[at + from + i] * powers[n]) & 255;
          q[to + start + n * length + i] = ((fraction * 3) >> 8) - 1;
        }
      }
    }
  },

  /** The largest magnitude becomes 1. */
  pack(values, offset, blocks, out, outOffset) {
    for (let block = 0; block < blocks; block++) {
      const first = offset + 256 * block;
      const to = outOffset + 54 * block;
      const d = Math.abs(largestByMagnitude(values, first, first + 256));
      const id = inverse(d);
      writeHalf(out, to + 52, d);
      for (const { from, length, digits, start } of runs) {
        for (let i = 0; i < length; i++) {
          let code = 0;
          for (let n = 0; n < digits; n++) {
            code = code * 3 + roundHalfAway(Math.fround(values[first + start + n * length + i] * id)) + 1;
          }
          out[to + from + i] = Math.ceil((code * 256) / 3 ** digits);
        }
      }
    }
  },
});

const powers = [1, 3, 9, 27, 81];

/** The three runs of bytes: where they lie, their length, digits in a byte, and their first value. */
const runs = [
  { from: 0, length: 32, digits: 5, start: 0 },
  { from: 32, length: 16, digits: 5, start: 160 },
  { from: 48, length: 4, digits: 4, start: 240 },
];
