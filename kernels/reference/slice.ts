/**
 * A part of each segment of numbers (a head of a token's row): out[s][i] = x[s][start + i].
 *
 * @param x [segments, columns]
 * @param out [segments, length]; sets the number of segments
 */
export function slice(x: Float32Array, columns: number, start: number, length: number, out: Float32Array): void {
  for (let s = 0; s < out.length / length; s++) {
    out.set(x.subarray(s * columns + start, s * columns + start + length), s * length);
  }
}
