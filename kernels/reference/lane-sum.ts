const f = Math.fround;

/**
 * Sum Σₖ a[k] of `n` single-precision values in four lanes: value k joins partial sum k mod 4, in order of k; the four
 * are added as (s₀ + s₂) + (s₁ + s₃). Every + rounds to single precision.
 */
export function laneSum(a: Float32Array, offset: number, n: number): number {
  let s0 = f(0);
  let s1 = f(0);
  let s2 = f(0);
  let s3 = f(0);
  let k = 0;
  for (; k + 4 <= n; k += 4) {
    s0 = f(s0 + a[offset + k]);
    s1 = f(s1 + a[offset + k + 1]);
    s2 = f(s2 + a[offset + k + 2]);
    s3 = f(s3 + a[offset + k + 3]);
  }
  if (k < n) s0 = f(s0 + a[offset + k]);
  if (k + 1 < n) s1 = f(s1 + a[offset + k + 1]);
  if (k + 2 < n) s2 = f(s2 + a[offset + k + 2]);
  return f(f(s0 + s2) + f(s1 + s3));
}
