const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);

/** The nearest integer of 22 bits and sign, ties to even. Source: `nearest_int`, llama.cpp 0c1e570, ggml-quants.c. */
export function nearestInteger(value: number): number {
  single[0] = value + 12582912;
  return (bits[0] & 0x7fffff) - 0x400000;
}

/** Magnitudes below this count as zero. Source: `GROUP_MAX_EPS`, llama.cpp 0c1e570, ggml-quants.c. */
export const negligible = Math.fround(1e-15);
