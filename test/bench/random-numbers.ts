/** Words of 32 bits that look random, the same for the same seed: xorshift32 (Marsaglia 2003). */
export function randomWords(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Normal numbers by the polar method (Marsaglia and Bray 1964), the same for the same seed. */
export function randomNormals(seed: number): () => number {
  const words = randomWords(seed);
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const x = words() / 2 ** 31 - 1;
      const y = words() / 2 ** 31 - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * factor;
      return x * factor;
    }
  };
}
