import { tanh } from "./tanh.ts";

const f = Math.fround;

/**
 * Bounds values smoothly to ±cap: out[i] = cap·tanh(x[i] / cap). `out` sets the length and may be `x`.
 * Gemma Team 2024, "Gemma 2" (arXiv 2408.00118), section 2.
 */
export function softCap(x: Float32Array, cap: number, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = softCapOf(x[i], f(cap));
}

/** The same for one single-precision value and cap. */
export function softCapOf(x: number, cap: number): number {
  return f(cap * tanh(f(x / cap)));
}
