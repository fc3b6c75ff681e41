import { geluHalfOf } from "./gelu-half.ts";

/**
 * Feed-forward gate of Gemma, out[i] = gelu(gate[i])·up[i], with the rounding of `geluHalf`. `out` sets the length and
 * may be either input. Shazeer 2020, "GLU Variants Improve Transformer" (arXiv 2002.05202), equation 6.
 */
export function gegluHalf(gate: Float32Array, up: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = geluHalfOf(gate[i]) * up[i]; // storing rounds to single precision
}
