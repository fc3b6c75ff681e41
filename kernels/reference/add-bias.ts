/**
 * Adds the same bias to every token's row: out[t][i] = x[t][i] + bias[i].
 *
 * @param x [tokens, bias.length]
 * @param out [tokens, bias.length]; may be `x`
 */
export function addBias(x: Float32Array, bias: Float32Array, tokens: number, out: Float32Array): void {
  const n = bias.length;
  for (let t = 0; t < tokens; t++) {
    for (let i = 0; i < n; i++) out[t * n + i] = x[t * n + i] + bias[i]; // storing rounds to single precision
  }
}
