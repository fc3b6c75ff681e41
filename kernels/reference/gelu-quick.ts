import { exp } from "./exp.ts";

const f = Math.fround;

const SLOPE = f(1.702);

/**
 * Gaussian error linear unit in its sigmoid form, out[i] = x / (1 + exp(−1.702·x)). `out` sets the length and may be
 * `x`. Hendrycks and Gimpel 2016 (arXiv 1606.08415), section 2.
 */
export function geluQuick(x: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i] / f(1 + exp(-f(SLOPE * x[i]))); // storing rounds
}
