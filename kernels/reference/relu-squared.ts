/**
 * Squared rectifier, out[i] = max(x[i], 0)². `out` sets the length and may be `x`.
 * So et al. 2021, "Primer" (arXiv 2109.08668), section 3.
 */
export function reluSquared(x: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) {
    const y = Math.max(x[i], 0);
    out[i] = y * y; // storing rounds to single precision
  }
}
