import { exp } from "./exp.ts";

const f = Math.fround;

/** A weighted sum by softmax over some positions, not yet divided by the sum of its weights. */
export interface SoftmaxState {
  /** The largest score. */
  m: number;
  /** Σ exp(scoreᵢ − m) */
  sum: number;
  /** Σ exp(scoreᵢ − m)·valueᵢ. [valueLength] */
  readonly out: Float32Array;
}

/**
 * Adds to a state one over other positions: with m′ the larger of both maxima, r = exp(m − m′) and r₂ = exp(m₂ − m′),
 *
 *     sum ← sum·r + sum₂·r₂        out[d] ← out[d]·r + out₂[d]·r₂        m ← m′
 *
 * Milakov and Gimelshein 2018 (arXiv 1805.02867), section 3.1.
 */
export function mergeSoftmaxStates(state: SoftmaxState, other: SoftmaxState): void {
  const m = Math.max(state.m, other.m);
  const r = exp(f(state.m - m));
  const r2 = exp(f(other.m - m));
  state.sum = f(f(state.sum * r) + f(other.sum * r2));
  for (let d = 0; d < state.out.length; d++) state.out[d] = f(state.out[d] * r) + f(other.out[d] * r2);
  state.m = m;
}
