import { tanh } from "./tanh.ts";

const f = Math.fround;

const SQRT_2_OVER_PI = f(0.7978845608028654);
const CUBIC = f(0.044715);

/**
 * Gaussian error linear unit in its tanh form, out[i] = ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))). `out` sets the
 * length and may be `x`. Hendrycks and Gimpel 2016 (arXiv 1606.08415), section 2.
 */
export function gelu(x: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = geluOf(x[i]);
}

/** The same for one single-precision value. */
export function geluOf(x: number): number {
  const inner = f(f(SQRT_2_OVER_PI * x) * f(1 + f(f(CUBIC * x) * x)));
  return f(f(0.5 * x) * f(1 + tanh(inner)));
}
