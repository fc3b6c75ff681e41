const { sqrt } = Math;

/**
 * The upper triangular U with Uᵀ·U = (H + damping)⁻¹, in double precision: H = R·Rᵀ with an upper R by Cholesky's method
 * from the last column on, and U = R⁻¹. The damping is a hundredth of the mean of the diagonal, as in the paper; columns
 * that are never used (a zero on the diagonal) stay apart.
 * Source: Frantar et al. 2022, "GPTQ", §3.3 step 3
 * @param h symmetric, of which the whole is given; overwritten. [n, n]
 */
export function inverseFactor(h: Float64Array, n: number): Float64Array {
  let trace = 0;
  for (let i = 0; i < n; i++) trace += h[i * n + i];
  const damping = trace === 0 ? 1 : (0.01 * trace) / n;
  for (let i = 0; i < n; i++) h[i * n + i] += damping;

  // R, column by column from the right, in the upper half of h.
  const column = new Float64Array(n);
  for (let j = n - 1; j >= 0; j--) {
    const pivot = 1 / sqrt(h[j * n + j]);
    for (let i = 0; i <= j; i++) h[i * n + j] = column[i] = h[i * n + j] * pivot;
    for (let i = 0; i < j; i++) {
      const factor = column[i];
      const row = i * n;
      for (let k = i; k < j; k++) h[row + k] -= factor * column[k];
    }
  }
  return invertUpper(h, n);
}

/** The inverse of the upper triangle of r, row by row from the last. */
function invertUpper(r: Float64Array, n: number): Float64Array {
  const u = new Float64Array(n * n);
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const inverse = 1 / r[row + i];
    for (let k = i + 1; k < n; k++) {
      const factor = r[row + k] * inverse;
      if (factor === 0) continue;
      const from = k * n;
      for (let j = k; j < n; j++) u[row + j] -= factor * u[from + j];
    }
    u[row + i] = inverse;
  }
  return u;
}
