import type { BlockFormat } from "./block-format.ts";
import { largestByMagnitude } from "./extremes.ts";
import { levelsE2M1, nearestE2M1 } from "./levels.ts";

/**
 * NVFP4: 64 values of 4 bits (E2M1); each 16 have a scale of 8 bits (E4M3, its sign unused).
 *
 *     byte 0          4                                         36
 *          ┌──────────┬─────────────────────────────────────────┐
 *          │ d 4 × u8 │ qs: 4 × 8 bytes, low and high nibbles   │
 *          └──────────┴─────────────────────────────────────────┘
 *
 *     value[16s + j]     = d[s] · E2M1[qs[8s + j] & 15] = d[s]/2 · level[qs[8s + j] & 15]      j = 0…7
 *     value[16s + 8 + j] = d[s]/2 · level[qs[8s + j] >> 4]                                     levels: twice E2M1
 *
 * No reading as integers: the scales of two 16s of one 32 can be too far apart for integer factors of 16 bits.
 * Source: `block_nvfp4`, llama.cpp 0c1e570, ggml-common.h; `dequantize_row_nvfp4`, ggml-quants.c.
 */
export const NVFP4: BlockFormat = {
  name: "NVFP4",
  blockLength: 64,
  blockBytes: 36,

  unpack(bytes, offset, blocks, out, outOffset) {
    for (let block = 0; block < blocks; block++) {
      const at = offset + 36 * block;
      for (let s = 0; s < 4; s++) {
        const halfScale = halfScales[bytes[at + s]];
        const to = outOffset + 64 * block + 16 * s;
        for (let j = 0; j < 8; j++) {
          const pair = bytes[at + 4 + 8 * s + j];
          out[to + j] = levelsE2M1[pair & 15] * halfScale;
          out[to + 8 + j] = levelsE2M1[pair >> 4] * halfScale;
        }
      }
    }
  },

  /** Every byte is a finite scale: ggml reads E4M3's NaN (127) as 0. */
  findNonFinite() {
    return -1;
  },

  /** The largest magnitude of each 16 becomes 6, the largest value of E2M1. */
  pack(values, offset, blocks, out, outOffset) {
    for (let block = 0; block < blocks; block++) {
      const to = outOffset + 36 * block;
      for (let s = 0; s < 4; s++) {
        const from = offset + 64 * block + 16 * s;
        const scale = scaleByte(Math.fround(Math.abs(largestByMagnitude(values, from, from + 16)) / 6));
        const halfScale = halfScales[scale];
        out[to + s] = scale;
        for (let j = 0; j < 8; j++) {
          const first = nearestE2M1(values[from + j], halfScale);
          const second = nearestE2M1(values[from + 8 + j], halfScale);
          out[to + 4 + 8 * s + j] = first | (second << 4);
        }
      }
    }
  },
};

/** Half of the value of each scale byte. Source: `ggml_ue4m3_to_fp32`, llama.cpp 0c1e570, ggml-impl.h. */
const halfScales = Float32Array.from({ length: 256 }, (_, byte) => {
  const exponent = (byte >> 3) & 15;
  const fraction = byte & 7;
  if (byte === 127) return 0;
  return exponent === 0 ? fraction * 2 ** -10 : (8 + fraction) * 2 ** (exponent - 11);
});

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/**
 * The scale byte of a scale: the first three bits of its fraction, rounded half up by the fourth; at most 448.
 * Source: `ggml_fp32_to_ue4m3`, llama.cpp 0c1e570, ggml-impl.h.
 */
function scaleByte(scale: number): number {
  single[0] = scale;
  const exponent = (bits[0] >>> 23) - 120;
  if (exponent <= 0) return Math.min(7, Math.trunc(Math.fround(Math.fround(scale * 512) + 0.5)));
  if (exponent >= 15) return 126;
  return Math.min(126, ((exponent << 3) | ((bits[0] >>> 20) & 7)) + ((bits[0] >>> 19) & 1));
}
