import { exp } from "./exp.ts";
import { laneSum } from "./lane-sum.ts";

const f = Math.fround;

/**
 * Softmax of each row: out[i] = exp(x[i] − max) / Σ exp(x − max), the sum in the order of `laneSum`.
 *
 * @param x [rows, columns]
 * @param out [rows, columns]; may be `x`
 */
export function softmax(x: Float32Array, rows: number, columns: number, out: Float32Array): void {
  for (let start = 0; start < rows * columns; start += columns) {
    let largest = -Infinity;
    for (let i = start; i < start + columns; i++) largest = Math.max(largest, x[i]);
    for (let i = start; i < start + columns; i++) out[i] = exp(f(x[i] - largest));
    const sum = laneSum(out, start, columns);
    for (let i = start; i < start + columns; i++) out[i] = out[i] / sum;
  }
}
