import { siluOf } from "./silu.ts";

/**
 * Gate of a LLaMA feed-forward network, out[i] = silu(gate[i])·up[i]. `out` sets the length and may be either input.
 * Shazeer 2020, "GLU Variants Improve Transformer" (arXiv 2002.05202), equation 6.
 */
export function swiglu(gate: Float32Array, up: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = siluOf(gate[i]) * up[i]; // storing rounds to single precision
}
