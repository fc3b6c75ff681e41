import { laneSum } from "./lane-sum.ts";
import { sumOfSquares } from "./sum-of-squares.ts";

const f = Math.fround;

/**
 * Layer normalisation of each segment of n values:
 *
 *     y[i] = (x[i] − mean) · r · weight[i] + bias[i],   r = 1 / √(Σ (x − mean)² / n + epsilon)
 *
 * Ba, Kiros and Hinton 2016, "Layer Normalization" (arXiv 1607.06450), equation 4.
 *
 * @param x [segments, n]
 * @param weight [n], or [heads, n] for a weight of each head's own: segment s takes row s mod heads
 * @param bias as `weight`; left out, nothing is added
 * @param out [segments, n]; sets the number of segments; may be `x`
 */
export function layerNorm(
  x: Float32Array,
  weight: Float32Array,
  bias: Float32Array | undefined,
  epsilon: number,
  out: Float32Array,
  n = weight.length,
): void {
  const eps = f(epsilon);
  for (let start = 0; start < out.length; start += n) {
    const mean = f(laneSum(x, start, n) / n);
    for (let i = 0; i < n; i++) out[start + i] = x[start + i] - mean;
    const variance = f(sumOfSquares(out, start, n) / n);
    const r = f(1 / f(Math.sqrt(f(variance + eps))));
    const row = start % weight.length;
    for (let i = 0; i < n; i++) {
      const y = f(f(out[start + i] * r) * weight[row + i]);
      out[start + i] = bias === undefined ? y : f(y + bias[row + i]);
    }
  }
}
