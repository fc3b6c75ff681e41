import { dot } from "./dot.ts";
import type { Matrix } from "./matrix.ts";

/**
 * Matrix product in single precision: out[t][r] = Σₖ weight[r][k]·x[t][k], each in the order of `dot`.
 *
 * A row is unpacked once for all tokens. Only rows `rowStart … rowEnd − 1` are computed, each as if it were alone.
 *
 * @param x [tokens, columns]
 * @param out [tokens, rows]
 */
export function matmulF32(
  weight: Matrix,
  x: Float32Array,
  tokens: number,
  out: Float32Array,
  rowStart = 0,
  rowEnd = weight.rows,
): void {
  const { format, bytes, rows, columns } = weight;
  const blocks = columns / format.blockLength;
  const row = new Float32Array(columns);
  for (let r = rowStart; r < rowEnd; r++) {
    format.unpack(bytes, r * blocks * format.blockBytes, blocks, row, 0);
    for (let t = 0; t < tokens; t++) out[t * rows + r] = dot(row, 0, x, t * columns, columns);
  }
}
