import type { IntegerRow } from "./block-format.ts";

/**
 * The 12 bytes in which Q4_K and Q5_K keep eight scales and eight minima of 6 bits each.
 *
 *     byte     0…3                      4…7                      8…11
 *     bits 0–5 scale 0…3                minimum 0…3              0–3: low bits of scale 4…7
 *     bits 6–7 upper bits of scale 4…7  upper bits of min. 4…7   4–7: low bits of minimum 4…7
 *
 * They become the factors and offsets of the groups of 32 that start at value `to`.
 * Source: `get_scale_min_k4`, llama.cpp 0c1e570, ggml-quants.c.
 */
export function unpackScalesK4(bytes: Uint8Array, at: number, out: IntegerRow, to: number): void {
  const { factor, offset } = out;
  for (let j = 0; j < 4; j++) {
    const first = bytes[at + j];
    const second = bytes[at + 4 + j];
    const third = bytes[at + 8 + j];
    const half = (to >> 4) + 2 * j;
    factor[half] = factor[half + 1] = first & 63;
    offset[half] = offset[half + 1] = second & 63;
    factor[half + 8] = factor[half + 9] = (third & 15) | ((first >> 6) << 4);
    offset[half + 8] = offset[half + 9] = (third >> 4) | ((second >> 6) << 4);
  }
}

/** Writes scales and minima as ggml does: what does not fit in 6 bits spills over. */
export function writeScalesK4(out: Uint8Array, to: number, scales: Uint8Array, minima: Uint8Array): void {
  for (let j = 0; j < 4; j++) {
    out[to + j] = scales[j] | ((scales[j + 4] >> 4) << 6);
    out[to + 4 + j] = minima[j] | ((minima[j + 4] >> 4) << 6);
    out[to + 8 + j] = (scales[j + 4] & 15) | ((minima[j + 4] & 15) << 4);
  }
}

/** Scale and minimum of one group. */
export function readScaleK4(bytes: Uint8Array, at: number, group: number): { scale: number; minimum: number } {
  if (group < 4) return { scale: bytes[at + group] & 63, minimum: bytes[at + 4 + group] & 63 };
  const third = bytes[at + 4 + group];
  return {
    scale: (third & 15) | ((bytes[at + group - 4] >> 6) << 4),
    minimum: (third >> 4) | ((bytes[at + group] >> 6) << 4),
  };
}
