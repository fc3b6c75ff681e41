/** The places of the `k` largest values, largest first; of equals the first place first. NaN is left out. */
export function topK(x: Float32Array, k: number): Int32Array {
  const places = new Int32Array(x.length).map((_, i) => i).filter((i) => !Number.isNaN(x[i]));
  places.sort((i, j) => (x[i] === x[j] ? i - j : x[i] < x[j] ? 1 : -1));
  return places.slice(0, Math.max(0, k));
}
