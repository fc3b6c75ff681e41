/** How much the error of a value counts when a format is packed with importance weights. */
const { fround, sqrt } = Math;

/** Mean of the squares of `length` values, times `factor`, summed in their order. */
export function meanSquare(values: Float32Array, start: number, length: number, factor: number): number {
  let squares = 0;
  for (let k = start; k < start + length; k++) squares = fround(squares + fround(values[k] * values[k]));
  return fround(fround(factor * squares) / length);
}

/**
 * weights[k] = importance · √(spread + value²): what matters is a column's importance, and large values more than small
 * ones. Source: `quantize_row_q4_K_impl` and others, llama.cpp 0c1e570, ggml-quants.c.
 */
export function weigh(
  values: Float32Array,
  start: number,
  importance: Float32Array,
  at: number,
  length: number,
  spread: number,
  weights: Float32Array,
): void {
  for (let k = 0; k < length; k++) {
    const x = values[start + k];
    weights[k] = importance[at + k] * fround(sqrt(fround(spread + fround(x * x))));
  }
}

/** Sums of each `length` weights, into `sums`. */
export function sumGroups(weights: Float32Array, length: number, sums: Float32Array): void {
  for (let group = 0; group < sums.length; group++) {
    let sum = 0;
    for (let k = group * length; k < (group + 1) * length; k++) sum = fround(sum + weights[k]);
    sums[group] = sum;
  }
}

/** weights[k] = value². */
export function square(values: Float32Array, start: number, length: number, weights: Float32Array): void {
  for (let k = 0; k < length; k++) weights[k] = values[start + k] * values[start + k];
}
