import { dot } from "./dot.ts";

/** Sum of squares Σₖ a[k]² of `n` single-precision values: the inner product with itself, so in the order of `dot`. */
export function sumOfSquares(a: Float32Array, offset: number, n: number): number {
  return dot(a, offset, a, offset, n);
}
