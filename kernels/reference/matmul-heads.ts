import { matmul } from "./matmul.ts";
import type { Matrix, Precision } from "./matrix.ts";

/**
 * Matrix product of each head with a matrix of its own: out[t][h] = weight[h] · x[t][h], each as `matmul` computes it.
 * DeepSeek-AI 2024, "DeepSeek-V2" (arXiv 2405.04434), section 2.1, keeps keys and values as one latent vector that such
 * products turn into each head's.
 *
 * @param weight the heads' matrices below each other. [heads · rows, columns]
 * @param x [tokens, heads, columns]
 * @param out [tokens, heads, rows]
 */
export function matmulHeads(
  precision: Precision,
  weight: Matrix,
  x: Float32Array,
  tokens: number,
  heads: number,
  out: Float32Array,
): void {
  const { columns } = weight;
  const rows = weight.rows / heads;
  const input = new Float32Array(tokens * columns);
  const result = new Float32Array(tokens * rows);
  for (let h = 0; h < heads; h++) {
    for (let t = 0; t < tokens; t++) {
      input.set(x.subarray((t * heads + h) * columns, (t * heads + h + 1) * columns), t * columns);
    }
    matmul(precision, rowsOf(weight, h * rows, rows), input, tokens, result);
    for (let t = 0; t < tokens; t++) out.set(result.subarray(t * rows, (t + 1) * rows), (t * heads + h) * rows);
  }
}

/** Some rows of a matrix, as a matrix. */
export function rowsOf(weight: Matrix, start: number, rows: number): Matrix {
  const { format, bytes, columns } = weight;
  const rowBytes = (columns / format.blockLength) * format.blockBytes;
  return { format, columns, rows, bytes: bytes.subarray(start * rowBytes, (start + rows) * rowBytes) };
}
