import { sigmoidOf } from "./sigmoid.ts";

/**
 * Lets a share of each token's row through: out[t][i] = x[t][i]·sigmoid(gate[t]). Qwen Team 2024, "Qwen1.5-MoE", for the
 * shared expert.
 *
 * @param x [tokens, columns]
 * @param gate one number a token. [tokens]
 * @param out [tokens, columns]; may be `x`
 */
export function sigmoidGate(x: Float32Array, gate: Float32Array, columns: number, out: Float32Array): void {
  for (let t = 0; t < gate.length; t++) {
    const share = sigmoidOf(gate[t]);
    for (let i = t * columns; i < (t + 1) * columns; i++) out[i] = x[i] * share; // storing rounds to single precision
  }
}
