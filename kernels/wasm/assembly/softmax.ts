/** Softmax, and its parts that attention uses. */
import { exp } from "./exp";
import { loadLanes, maxLanes, storeLanes, sumLanes } from "./simd";

/** The largest of `largest` and n values; NaN if one is NaN. */
export function largestOf(x: usize, n: i32, largest: f32): f32 {
  let m = f32x4.splat(largest);
  for (let left = n; left > 0; left -= 4, x += 16) {
    if (left >= 4) m = f32x4.max(m, v128.load(x));
    else for (let i = 0; i < left; i++) m = f32x4.max(m, f32x4.splat(load<f32>(x + (<usize>i << 2))));
  }
  return maxLanes(m);
}

/** out = exp(x − largest); returns the lane sum of it. */
export function expAndSum(x: usize, n: i32, largest: f32, out: usize): f32 {
  let sum = f32x4.splat(0);
  const m = f32x4.splat(largest);
  for (let left = n; left > 0; left -= 4, x += 16, out += 16) {
    const e = exp(f32x4.sub(loadLanes(x, left), m));
    storeLanes(out, e, left);
    sum = f32x4.add(sum, left >= 4 ? e : loadLanes(out, left));
  }
  return sumLanes(sum);
}

/** Softmax of each row of [rows, columns]. `out` may be x. */
export function softmax(x: usize, rows: i32, columns: i32, out: usize): void {
  for (let row = 0; row < rows; row++) {
    const sum = f32x4.splat(expAndSum(x, columns, largestOf(x, columns, -Infinity), out));
    for (let left = columns; left > 0; left -= 4, x += 16, out += 16) {
      storeLanes(out, f32x4.div(loadLanes(out, left), sum), left);
    }
    x += (<usize>columns << 2) - ((<usize>columns + 3) >> 2 << 4);
    out += (<usize>columns << 2) - ((<usize>columns + 3) >> 2 << 4);
  }
}
