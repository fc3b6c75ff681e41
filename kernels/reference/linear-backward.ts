const f = Math.fround;

/**
 * Matrix product as training computes it: out[t][r] = Σₖ x[t][k]·weight[r][k], added in order of k in one accumulator,
 * every × and + rounded. (Inference adds in four lanes, `matmulF32`; the two differ by rounding only. One accumulator
 * an element is what outer products held in registers compute, several times as fast for many tokens.)
 *
 * @param x [tokens, columns]
 * @param weight [rows, columns]
 * @param out [tokens, rows]
 */
export function linearInOrder(
  x: Float32Array,
  weight: Float32Array,
  tokens: number,
  rows: number,
  columns: number,
  out: Float32Array,
): void {
  for (let t = 0; t < tokens; t++) {
    for (let r = 0; r < rows; r++) {
      let sum = f(0);
      for (let k = 0; k < columns; k++) sum = f(sum + f(x[t * columns + k] * weight[r * columns + k]));
      out[t * rows + r] = sum;
    }
  }
}

/**
 * Its gradients: dx[t][k] = Σᵣ dy[t][r]·weight[r][k], added in order of r, and dWeight[r][k] += Σₜ dy[t][r]·x[t][k],
 * the sum in order of t before it is added.
 *
 * @param dy [tokens, rows]
 * @param add whether dx is added to what is there
 */
export function linearBackward(
  x: Float32Array,
  weight: Float32Array,
  dy: Float32Array,
  tokens: number,
  rows: number,
  columns: number,
  dx: Float32Array,
  dWeight: Float32Array,
  add = false,
): void {
  for (let t = 0; t < tokens; t++) {
    for (let k = 0; k < columns; k++) {
      let sum = f(0);
      for (let r = 0; r < rows; r++) sum = f(sum + f(dy[t * rows + r] * weight[r * columns + k]));
      dx[t * columns + k] = add ? dx[t * columns + k] + sum : sum;
    }
  }
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < columns; k++) {
      let sum = f(0);
      for (let t = 0; t < tokens; t++) sum = f(sum + f(dy[t * rows + r] * x[t * columns + k]));
      dWeight[r * columns + k] += sum;
    }
  }
}
