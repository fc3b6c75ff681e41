import { createIntegerRow, type IntegerFormat } from "../formats/index.ts";
import { integerDot } from "./integer-dot.ts";
import type { Matrix } from "./matrix.ts";
import type { QuantizedActivation } from "./quantize-activation.ts";

/**
 * Matrix product of quantised weights and quantised activations, out[t][r] = Σₖ weight[r][k]·x[t][k], each in the
 * order of `integerDot`.
 *
 * A row is unpacked once for all tokens. Only rows `rowStart … rowEnd − 1` are computed, each as if it were alone.
 *
 * @param x [tokens, columns], from `quantizeActivation`
 * @param out [tokens, rows]
 */
export function matmulInt8(
  weight: Matrix & { readonly format: IntegerFormat },
  x: QuantizedActivation,
  tokens: number,
  out: Float32Array,
  rowStart = 0,
  rowEnd = weight.rows,
): void {
  const { format, bytes, rows, columns } = weight;
  const blocks = columns / format.blockLength;
  const row = createIntegerRow(columns);
  for (let r = rowStart; r < rowEnd; r++) {
    format.unpackIntegers(bytes, r * blocks * format.blockBytes, blocks, row, 0);
    for (let t = 0; t < tokens; t++) out[t * rows + r] = integerDot(row, format.hasMin, x, t);
  }
}
