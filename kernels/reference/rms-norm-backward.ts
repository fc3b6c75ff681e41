import { laneSum } from "./lane-sum.ts";
import { sumOfSquares } from "./sum-of-squares.ts";

const f = Math.fround;

/**
 * Gradients of `rmsNorm`, with r as there and n = `weight.length`:
 *
 *     dx[i] = (dy[i]·weight[i] − x[i]·c)·r,   c = r²·Σ dy·weight·x / n        dWeight[i] += dy[i]·(x[i]·r)
 *
 * segment after segment, sums in the order of `laneSum`.
 *
 * @param x [segments, n]
 * @param dy [segments, n]; sets the number of segments
 * @param add whether dx is added to what is there
 */
export function rmsNormBackward(
  x: Float32Array,
  weight: Float32Array,
  epsilon: number,
  dy: Float32Array,
  dx: Float32Array,
  dWeight: Float32Array,
  add = false,
): void {
  const n = weight.length;
  const products = new Float32Array(n);
  for (let start = 0; start < dy.length; start += n) {
    const meanSquare = f(sumOfSquares(x, start, n) / n);
    const r = f(1 / f(Math.sqrt(f(meanSquare + f(epsilon)))));
    for (let i = 0; i < n; i++) products[i] = f(dy[start + i] * weight[i]) * x[start + i];
    const c = f(f(r * r) * f(laneSum(products, 0, n) / n));
    for (let i = 0; i < n; i++) {
      const [v, g] = [x[start + i], dy[start + i]];
      const d = f(f(f(g * weight[i]) - f(v * c)) * r);
      dx[start + i] = add ? dx[start + i] + d : d;
      dWeight[i] += f(g * f(v * r));
    }
  }
}
