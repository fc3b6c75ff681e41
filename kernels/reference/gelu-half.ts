import { halfToSingle, singleToHalf } from "../formats/index.ts";
import { geluOf } from "./gelu.ts";

/**
 * `gelu` with half-precision argument and result: between −10 and 10, out[i] = half(gelu(half(x[i]))); below it 0, above
 * it x[i]. That is how ggml computes it on CPUs (llama.cpp 0c1e570, ggml/src/ggml-cpu/vec.h, ggml_vec_gelu_f32), by a
 * table of all halves, so that models are known and compared with this rounding. `out` sets the length and may be `x`.
 */
export function geluHalf(x: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = geluHalfOf(x[i]);
}

/** The same for one single-precision value. */
export function geluHalfOf(x: number): number {
  if (x <= -10) return 0;
  if (x >= 10) return x;
  return halfToSingle(singleToHalf(geluOf(halfToSingle(singleToHalf(x)))));
}
