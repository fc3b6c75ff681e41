import { sumOfSquares } from "./sum-of-squares.ts";

const f = Math.fround;

/**
 * Root mean square normalisation of each segment of n = `weight.length` values (a token's row; or one head of it):
 *
 *     y[i] = x[i] · r · weight[i],   r = 1 / √(Σ x² / n + epsilon)
 *
 * Zhang and Sennrich 2019, "Root Mean Square Layer Normalization" (arXiv 1910.07467), equation 4.
 *
 * @param x [segments, n]
 * @param out [segments, n]; sets the number of segments; may be `x`
 */
export function rmsNorm(x: Float32Array, weight: Float32Array, epsilon: number, out: Float32Array): void {
  const n = weight.length;
  const eps = f(epsilon);
  for (let start = 0; start < out.length; start += n) {
    const meanSquare = f(sumOfSquares(x, start, n) / n);
    const r = f(1 / f(Math.sqrt(f(meanSquare + eps))));
    for (let i = 0; i < n; i++) out[start + i] = f(x[start + i] * r) * weight[i]; // storing rounds
  }
}
