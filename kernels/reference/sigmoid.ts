import { exp } from "./exp.ts";

const f = Math.fround;

/** Logistic function of each value, out[i] = 1 / (1 + exp(−x[i])). `out` sets the length and may be `x`. */
export function sigmoid(x: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = sigmoidOf(x[i]);
}

/** The same for one single-precision value. */
export function sigmoidOf(x: number): number {
  return f(1 / f(1 + exp(-x)));
}
