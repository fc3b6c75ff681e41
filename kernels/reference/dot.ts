const f = Math.fround;

/**
 * Inner product Σₖ a[k]·b[k] of two rows of `n` single-precision values, in four lanes: product k joins partial sum
 * k mod 4, in order of k; the four are added as (s₀ + s₂) + (s₁ + s₃). Every × and + rounds to single precision, which
 * is what a four-lane SIMD loop without fused multiply-add computes.
 */
export function dot(a: Float32Array, aOffset: number, b: Float32Array, bOffset: number, n: number): number {
  let s0 = f(0);
  let s1 = f(0);
  let s2 = f(0);
  let s3 = f(0);
  let k = 0;
  for (; k + 4 <= n; k += 4) {
    s0 = f(s0 + f(a[aOffset + k] * b[bOffset + k]));
    s1 = f(s1 + f(a[aOffset + k + 1] * b[bOffset + k + 1]));
    s2 = f(s2 + f(a[aOffset + k + 2] * b[bOffset + k + 2]));
    s3 = f(s3 + f(a[aOffset + k + 3] * b[bOffset + k + 3]));
  }
  if (k < n) s0 = f(s0 + f(a[aOffset + k] * b[bOffset + k]));
  if (k + 1 < n) s1 = f(s1 + f(a[aOffset + k + 1] * b[bOffset + k + 1]));
  if (k + 2 < n) s2 = f(s2 + f(a[aOffset + k + 2] * b[bOffset + k + 2]));
  return f(f(s0 + s2) + f(s1 + s3));
}
