import { BlockWriter } from "./block-writer.ts";

const { floor } = Math;

/**
 * Quantises a matrix so that its products with the inputs change least: column by column, each error is made good by
 * the columns that are still to come. The grid of each 32 columns is fitted when their turn comes.
 * Source: Frantar et al. 2022, "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers",
 * algorithm 1, with groups of the format's blocks
 * @param weights [rows, columns]; overwritten
 * @param factor of `inverseFactor` of the inputs' Σ x·xᵀ. [columns, columns]
 * @param format `Q4_0`, `Q4_1`, `Q5_0` or `Q5_1`
 * @returns the matrix's blocks
 */
export function quantizeByGptq(
  weights: Float64Array,
  rows: number,
  columns: number,
  factor: Float64Array,
  format: string,
): Uint8Array {
  const writer = new BlockWriter(format);
  const rowBytes = (columns / 32) * writer.blockBytes;
  const out = new Uint8Array(rows * rowBytes);
  const values = new Float32Array(32);
  const costs = new Float32Array(32);
  const numbers = new Uint8Array(32);
  const errors = new Float64Array(32);
  for (let start = 0; start < columns; start += 32) {
    const end = start + 32;
    // An error in column j costs 1 / U[j][j]² of it.
    for (let j = 0; j < 32; j++) costs[j] = factor[(start + j) * (columns + 1)] ** -2;
    for (let row = 0; row < rows; row++) {
      const at = row * columns;
      for (let j = 0; j < 32; j++) values[j] = weights[at + start + j];
      const grid = writer.fit(values, costs);
      const { scale, low, top } = grid;
      for (let j = 0; j < 32; j++) {
        const column = start + j;
        const x = weights[at + column];
        const nearest = scale === 0 ? 0 : floor((x - low) / scale + 0.5);
        const number = nearest > 0 ? (nearest < top ? nearest : top) : 0;
        numbers[j] = number;
        const line = column * columns;
        const error = (x - (scale * number + low)) / factor[line + column];
        errors[j] = error;
        for (let k = column + 1; k < end; k++) weights[at + k] -= error * factor[line + k];
      }
      for (let j = 0; j < 32; j++) {
        const error = errors[j];
        const line = (start + j) * columns;
        for (let k = end; k < columns; k++) weights[at + k] -= error * factor[line + k];
      }
      writer.write(grid, numbers, out, row * rowBytes + (start >> 5) * writer.blockBytes);
    }
  }
  return out;
}
