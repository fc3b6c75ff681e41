/** An array times a number: out[i] = x[i]·factor, the factor rounded to single precision first. `out` may be `x`. */
export function scale(x: Float32Array, factor: number, out: Float32Array): void {
  const single = Math.fround(factor);
  for (let i = 0; i < out.length; i++) out[i] = x[i] * single; // storing rounds to single precision
}
