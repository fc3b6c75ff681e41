/**
 * Two parts of each head side by side: out[t][h] = a[t][h] followed by b[t][h], or by b[t] for every head where b has
 * one part for all.
 *
 * @param a [tokens, heads, length of a part]
 * @param b [tokens, heads or 1, length of a part]
 * @param out [tokens, heads, length of both]
 */
export function join(a: Float32Array, b: Float32Array, tokens: number, heads: number, out: Float32Array): void {
  const aLength = a.length / (tokens * heads);
  const length = out.length / (tokens * heads);
  const bLength = length - aLength;
  const bHeads = b.length / (tokens * bLength);
  for (let head = 0; head < tokens * heads; head++) {
    const bHead = bHeads === 1 ? Math.floor(head / heads) : head;
    out.set(a.subarray(head * aLength, (head + 1) * aLength), head * length);
    out.set(b.subarray(bHead * bLength, (bHead + 1) * bLength), head * length + aLength);
  }
}
