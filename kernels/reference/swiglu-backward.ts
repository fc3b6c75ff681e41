import { exp } from "./exp.ts";

const f = Math.fround;

/**
 * Gradients of `swiglu`, with σ = 1 / (1 + exp(−gate)):
 *
 *     dGate = dy·up · (σ·(1 + gate·(1 − σ)))        dUp = dy·(gate·σ)
 *
 * @param dy sets the length
 */
export function swigluBackward(
  gate: Float32Array,
  up: Float32Array,
  dy: Float32Array,
  dGate: Float32Array,
  dUp: Float32Array,
): void {
  for (let i = 0; i < dy.length; i++) {
    const sigmoid = f(1 / f(1 + exp(-gate[i])));
    const slope = f(sigmoid * f(1 + f(gate[i] * f(1 - sigmoid))));
    dGate[i] = f(dy[i] * up[i]) * slope;
    dUp[i] = dy[i] * f(gate[i] * sigmoid);
  }
}
