import { exp } from "./exp.ts";

const f = Math.fround;

const SLOPE = f(1.702);
const LIMIT = 7;

/**
 * The gate of gpt-oss: with g = min(gate, 7) and u = up bounded to ±7, out = g / (1 + exp(−1.702·g))·(u + 1). `out` sets
 * the length and may be either input. OpenAI 2025, "gpt-oss" (arXiv 2508.10925), section 2.2.
 */
export function swigluClamped(gate: Float32Array, up: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) {
    const g = Math.min(gate[i], LIMIT);
    const u = Math.max(-LIMIT, Math.min(LIMIT, up[i]));
    out[i] = f(g / f(1 + exp(-f(SLOPE * g)))) * f(u + 1); // storing rounds to single precision
  }
}
