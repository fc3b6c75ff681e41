/**
 * Gradient of `embed`: dTable[tokens[t]] += dy[t], in order of t.
 *
 * @param dy [tokens, columns]
 * @param dTable [vocabulary, columns]
 */
export function embedBackward(tokens: Int32Array, columns: number, dy: Float32Array, dTable: Float32Array): void {
  for (let t = 0; t < tokens.length; t++) {
    for (let i = 0; i < columns; i++) dTable[tokens[t] * columns + i] += dy[t * columns + i];
  }
}
