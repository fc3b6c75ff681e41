/** Layer normalisation. */
import { loadLanes, storeLanes, sumLanes } from "./simd";

function normalize(x: usize, weight: usize, bias: usize, n: i32, epsilon: f32, out: usize): void {
  let sum = f32x4.splat(0);
  for (let k = 0; k < n; k += 4) sum = f32x4.add(sum, loadLanes(x + (<usize>k << 2), n - k));
  const mean = f32x4.splat(sumLanes(sum) / <f32>n);
  let squares = f32x4.splat(0);
  for (let k = 0; k < n; k += 4) {
    const at = <usize>k << 2;
    storeLanes(out + at, f32x4.sub(loadLanes(x + at, n - k), mean), n - k);
    const v = loadLanes(out + at, n - k); // zeros past the end
    squares = f32x4.add(squares, f32x4.mul(v, v));
  }
  const r = f32x4.splat(<f32>1 / sqrt<f32>(sumLanes(squares) / <f32>n + epsilon));
  for (let k = 0; k < n; k += 4) {
    const at = <usize>k << 2;
    let y = f32x4.mul(f32x4.mul(loadLanes(out + at, n - k), r), loadLanes(weight + at, n - k));
    if (bias != 0) y = f32x4.add(y, loadLanes(bias + at, n - k));
    storeLanes(out + at, y, n - k);
  }
}

/**
 * Normalises `segments` segments of n values, one after the other; `weight` and `bias` (or 0) have `weightRows` rows, of
 * which segment s takes s mod weightRows. `out` may be x.
 */
// prettier-ignore
export function layerNorm(x: usize, segments: i32, weight: usize, weightRows: i32, bias: usize, n: i32, epsilon: f32, out: usize): void {
  const bytes = <usize>n << 2;
  for (let s = 0; s < segments; s++) {
    const row = <usize>(s % weightRows) * bytes;
    normalize(x, weight + row, bias == 0 ? 0 : bias + row, n, epsilon, out);
    x += bytes;
    out += bytes;
  }
}
