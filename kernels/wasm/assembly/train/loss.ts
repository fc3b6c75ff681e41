/** Softmax of logits for the losses. */
import { expAll } from "../exp";
import { maxLanes, sumLanes } from "../simd";

/**
 * Each row of `x`, times `scale`, becomes its softmax; the row's largest (scaled) and the sum of exponentials go to
 * `facts`, two numbers a row. n is a multiple of 4.
 */
export function softmaxRows(x: usize, rows: i32, n: i32, scale: f32, facts: usize): void {
  const factor = f32x4.splat(scale);
  for (let row = 0; row < rows; row++, x += <usize>n << 2, facts += 8) {
    const end = x + (<usize>n << 2);
    let most = f32x4.splat(-Infinity);
    for (let at = x; at < end; at += 16) {
      const v = f32x4.mul(v128.load(at), factor);
      v128.store(at, v);
      most = f32x4.max(most, v);
    }
    const largest = maxLanes(most);
    const sum = sumLanes(expAll(x, n, f32x4.splat(largest)));
    const inverse = f32x4.splat(<f32>1 / sum);
    for (let at = x; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), inverse));
    f32.store(facts, largest);
    f32.store(facts, sum, 4);
  }
}

/** x *= scale for n numbers, a multiple of 4. */
export function scaleAll(x: usize, n: i32, scale: f32): void {
  const factor = f32x4.splat(scale);
  for (const end = x + (<usize>n << 2); x < end; x += 16) v128.store(x, f32x4.mul(v128.load(x), factor));
}
