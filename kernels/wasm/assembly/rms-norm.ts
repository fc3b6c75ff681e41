/** Root mean square normalisation. */
import { quantizeRow } from "./quantize-activation";
import { ACTIVATION, loadLanes, storeLanes, sumLanes } from "./simd";

function normalize(x: usize, weight: usize, n: i32, epsilon: f32, out: usize): void {
  let squares = f32x4.splat(0);
  for (let k: i32 = 0; k < n; k += 4) {
    const v = loadLanes(x + (<usize>k << 2), n - k);
    squares = f32x4.add(squares, f32x4.mul(v, v));
  }
  const r = f32x4.splat(<f32>1 / sqrt<f32>(sumLanes(squares) / <f32>n + epsilon));
  for (let left = n; left > 0; left -= 4, x += 16, weight += 16, out += 16) {
    storeLanes(out, f32x4.mul(f32x4.mul(loadLanes(x, left), r), loadLanes(weight, left)), left);
  }
}

/** Normalises `segments` segments of n values, `stride` values apart; `out`'s lie `outStride` apart. `out` may be x. */
// prettier-ignore
export function rmsNorm(x: usize, stride: i32, segments: i32, weight: usize, n: i32, epsilon: f32, out: usize, outStride: i32): void {
  for (let s = 0; s < segments; s++) {
    normalize(x, weight, n, epsilon, out);
    x += <usize>stride << 2;
    out += <usize>outStride << 2;
  }
}

/** `rmsNorm`, then `quantizeActivation` of what it gives. n is a multiple of 32. */
// prettier-ignore
export function rmsNormQuantize(x: usize, stride: i32, tokens: i32, weight: usize, n: i32, epsilon: f32, out: usize, outStride: i32, activation: usize): void {
  for (let t = 0; t < tokens; t++) {
    normalize(x, weight, n, epsilon, out);
    quantizeRow(out, n, activation);
    x += <usize>stride << 2;
    out += <usize>outStride << 2;
    activation += <usize>(n >> 5) * ACTIVATION;
  }
}
