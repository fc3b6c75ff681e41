/** The place of the largest of `n` values from `offset` on, counted from `offset`; the first of equals. NaN never wins: −1 if all are NaN. */
export function argmax(x: Float32Array, offset = 0, n = x.length - offset): number {
  let best = -1;
  for (let i = 0; i < n; i++) {
    const value = x[offset + i];
    if (!Number.isNaN(value) && (best < 0 || value > x[offset + best])) best = i;
  }
  return best;
}
