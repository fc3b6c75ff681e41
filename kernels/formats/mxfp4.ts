import { setGroup } from "./block-parts.ts";
import { largestByMagnitude } from "./extremes.ts";
import { integerFormat } from "./integer-format.ts";
import { levelsE2M1, nearestE2M1 } from "./levels.ts";

/**
 * MXFP4: 32 values of 4 bits (E2M1: sign, two bits of exponent, one of fraction) with a power of two as scale.
 *
 *     byte 0      1                                    17
 *          ┌──────┬────────────────────────────────────┐
 *          │ e u8 │ qs: 16 bytes, low and high nibbles │
 *          └──────┴────────────────────────────────────┘
 *
 *     value[j]      = 2^(e − 127) · E2M1[qs[j] & 15] = 2^(e − 128) · level[qs[j] & 15]      j = 0…15
 *     value[j + 16] = 2^(e − 128) · level[qs[j] >> 4]                                       levels: twice E2M1
 *
 * Source: OCP Microscaling Formats 1.0; `block_mxfp4`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_mxfp4`,
 * ggml-quants.c.
 */
export const MXFP4 = integerFormat({
  name: "MXFP4",
  blockLength: 32,
  blockBytes: 17,
  hasMin: false,
  scalesAt: 0,

  unpackBlock(bytes, at, out, to) {
    const { q } = out;
    setGroup(out, to, halfScale(bytes[at]), 0);
    for (let j = 0; j < 16; j++) {
      const pair = bytes[at + 1 + j];
      q[to + j] = levelsE2M1[pair & 15];
      q[to + 16 + j] = levelsE2M1[pair >> 4];
    }
  },

  /** e = 255 is the standard's NaN; from 253 on a single cannot hold all values. */
  findNonFinite(bytes, offset, blocks) {
    for (let block = 0; block < blocks; block++) if (bytes[offset + 17 * block] > 252) return 17 * block;
    return -1;
  },

  /** The largest magnitude lies between 4 and 8 scales; what is past 6 becomes 6. */
  pack(values, offset, blocks, out, outOffset) {
    for (let block = 0; block < blocks; block++) {
      const from = offset + 32 * block;
      const to = outOffset + 17 * block;
      const extreme = Math.abs(largestByMagnitude(values, from, from + 32));
      const e = exponentFor(extreme);
      const scale = halfScale(e);
      out[to] = e;
      for (let j = 0; j < 16; j++) {
        out[to + 1 + j] = nearestE2M1(values[from + j], scale) | (nearestE2M1(values[from + 16 + j], scale) << 4);
      }
    }
  },
});

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/** 2^(e − 128), by bits. */
function halfScale(e: number): number {
  bits[0] = e < 2 ? 0x00200000 << e : (e - 1) << 23;
  return single[0];
}

/**
 * The e of a block whose largest magnitude is `extreme`: ⌊log2 extreme⌋ + 125, where a logarithm that rounds to the next
 * integer in single precision counts as that, as ggml has it. What is below 2^−125 has e = 0.
 */
function exponentFor(extreme: number): number {
  single[0] = extreme;
  const exponent = (bits[0] >>> 23) - 127;
  const fraction = ((bits[0] & 0x7fffff) | 0x800000) / 2 ** 24;
  const rounded = Math.fround(exponent + 1 - (1 - fraction) / Math.LN2);
  return Math.max(0, rounded === exponent + 1 ? exponent + 126 : exponent + 125);
}
