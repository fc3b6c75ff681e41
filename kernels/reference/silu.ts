import { exp } from "./exp.ts";

const f = Math.fround;

/**
 * Sigmoid linear unit, out[i] = x / (1 + exp(−x)). `out` sets the length and may be `x`.
 * Elfwing, Uchibe and Doya 2017 (arXiv 1702.03118).
 */
export function silu(x: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = siluOf(x[i]);
}

/** The same for one single-precision value. */
export function siluOf(x: number): number {
  return f(x / f(1 + exp(-x)));
}
