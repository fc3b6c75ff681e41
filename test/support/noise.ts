/** Numbers between −2 and 2 from a multiplicative generator, so the same everywhere. */
export function noise(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = Math.imul(state, 48271) >>> 0;
    return (state >>> 8) / 2 ** 22 - 2;
  });
}
