import { type IntegerFormat, isIntegerFormat } from "../formats/index.ts";
import { matmulF32 } from "./matmul-f32.ts";
import { matmulInt8 } from "./matmul-int8.ts";
import type { Matrix, Precision } from "./matrix.ts";
import { quantizeActivation } from "./quantize-activation.ts";

/**
 * Matrix product out[t][r] = Σₖ weight[r][k]·x[t][k] in the precision asked for. F32, F16 and BF16 weights have no
 * reading as integers and compute in single precision under either.
 *
 * @param x [tokens, columns]
 * @param out [tokens, rows]
 */
export function matmul(
  precision: Precision,
  weight: Matrix,
  x: Float32Array,
  tokens: number,
  out: Float32Array,
  rowStart = 0,
  rowEnd = weight.rows,
): void {
  if (precision === "int8" && hasIntegers(weight)) {
    matmulInt8(weight, quantizeActivation(x, tokens, weight.columns), tokens, out, rowStart, rowEnd);
  } else {
    matmulF32(weight, x, tokens, out, rowStart, rowEnd);
  }
}

function hasIntegers(weight: Matrix): weight is Matrix & { format: IntegerFormat } {
  return isIntegerFormat(weight.format);
}
