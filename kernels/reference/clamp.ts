/** Bounds values to ±limit, the limit rounded to single precision first. `out` sets the length and may be `x`; NaN stays. */
export function clamp(x: Float32Array, limit: number, out: Float32Array): void {
  const single = Math.fround(limit);
  for (let i = 0; i < out.length; i++) out[i] = Math.max(-single, Math.min(single, x[i]));
}
