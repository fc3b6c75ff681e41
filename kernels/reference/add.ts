/** Sum of two arrays, out[i] = a[i] + b[i]: the residual connection. `out` sets the length and may be `a` or `b`. */
export function add(a: Float32Array, b: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i] + b[i]; // storing rounds to single precision
}
