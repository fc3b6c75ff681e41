/** Product of two arrays, value by value: out[i] = a[i]·b[i]. `out` sets the length and may be `a` or `b`. */
export function multiply(a: Float32Array, b: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i]; // storing rounds to single precision
}
