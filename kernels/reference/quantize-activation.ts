const f = Math.fround;

/** Activations as 8-bit integers times a scale for each 32 of them: x[t][k] ≈ q[t][k] · scale[t][k >> 5]. */
export interface QuantizedActivation {
  /** [tokens, columns], −127…127 */
  readonly q: Int8Array;
  /** [tokens, columns / 32] */
  readonly scale: Float32Array;
  /** The sum of each 16 values of `q`, which formats with an offset multiply it by. [tokens, columns / 16] */
  readonly sums: Int32Array;
}

/**
 * Quantises activations for the `int8` matrix product, each token and each group of 32 columns on its own:
 * scale = max |x| / 127, q = x / scale rounded half to even. A group of zeros has scale 0 and q = 0; an infinity or NaN
 * makes the scale infinite or NaN, and so every product with that group NaN.
 *
 * @param x [tokens, columns], columns a multiple of 32
 */
export function quantizeActivation(x: Float32Array, tokens: number, columns: number): QuantizedActivation {
  const q = new Int8Array(tokens * columns);
  const scale = new Float32Array((tokens * columns) / 32);
  const sums = new Int32Array((tokens * columns) / 16);
  for (let g = 0; g < scale.length; g++) {
    let largest = f(0);
    for (let k = 32 * g; k < 32 * g + 32; k++) largest = Math.max(largest, Math.abs(x[k]));
    const d = f(largest / 127);
    scale[g] = d;
    if (d === 0) continue;
    for (let k = 32 * g; k < 32 * g + 32; k++) {
      const clamped = Math.max(-127, Math.min(127, f(x[k] / d)));
      q[k] = roundHalfToEven(clamped); // storing NaN as an integer gives 0
      sums[k >> 4] += q[k];
    }
  }
  return { q, scale, sums };
}

/** Adding 1.5 · 2²³ leaves no bits for a fraction, so the addition itself rounds, half to even. */
function roundHalfToEven(x: number): number {
  return f(f(x + 12582912) - 12582912);
}
