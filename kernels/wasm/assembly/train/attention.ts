/** Causal attention of one head over one sequence, forwards and backwards, the weights kept as a matrix. */
import { expAll } from "../exp";
import { maxLanes, sumLanes } from "../simd";
import { tile, tilePacked } from "./product";

/**
 * The tiles of c[n, n] on and below the diagonal of a[n, k] · bᵀ, where b's rows are in panels (`packTransposed`).
 * What lies above the diagonal in a tile is computed too.
 */
export function productLower(a: usize, aStride: i32, b: usize, c: usize, n: i32, k: i32): void {
  const aBytes = <usize>aStride << 2, cBytes = <usize>n << 2, panel = <usize>k << 5;
  for (let i = 0; i < n; i += 4, a += 4 * aBytes, c += 4 * cBytes) {
    let bAt = b;
    for (let j = 0; j <= i; j += 8, bAt += panel) {
      tile(a, a + aBytes, a + 2 * aBytes, a + 3 * aBytes, bAt, k, c + (<usize>j << 2), cBytes, false);
    }
  }
}

/** c[n, columns] (+)= a · b, where a[n, n] is 0 above the diagonal, which is not read past its tiles; b in panels. */
// prettier-ignore
export function productByLower(a: usize, b: usize, c: usize, cStride: i32, n: i32, columns: i32, add: bool): void {
  const aBytes = <usize>n << 2, cBytes = <usize>cStride << 2, panel = <usize>n << 5;
  for (let i = 0; i < n; i += 4, a += 4 * aBytes, c += 4 * cBytes) {
    let bAt = b;
    for (let j = 0; j < columns; j += 8, bAt += panel) {
      tile(a, a + aBytes, a + 2 * aBytes, a + 3 * aBytes, bAt, i + 4, c + (<usize>j << 2), cBytes, add);
    }
  }
}

/** c[n, columns] (+)= aᵀ · b for such an a, packed by `packStrips`. */
// prettier-ignore
export function productByUpper(a: usize, b: usize, c: usize, cStride: i32, n: i32, columns: i32, add: bool): void {
  const cBytes = <usize>cStride << 2, panel = <usize>n << 5, strip = <usize>n << 4;
  for (let j = 0; j < n; j += 4, a += strip, c += 4 * cBytes) {
    let bAt = b;
    for (let i = 0; i < columns; i += 8, bAt += panel) {
      tilePacked(a + (<usize>j << 4), bAt + (<usize>j << 5), n - j, c + (<usize>i << 2), cBytes, add);
    }
  }
}

/** Row i of s[n, n] becomes the softmax of its first i + 1 numbers times `scale`, and 0 up to the next multiple of 8. */
export function softmaxCausal(s: usize, n: i32, scale: f32): void {
  const factor = f32x4.splat(scale);
  for (let i = 0; i < n; i++, s += <usize>n << 2) {
    // Numbers beyond the row's become −∞, whose exponential is 0.
    const length = (i + 8) & -8;
    for (let j = i + 1; j < length; j++) f32.store(s + (<usize>j << 2), -Infinity);
    let most = f32x4.splat(-Infinity);
    const end = s + (<usize>length << 2);
    for (let at = s; at < end; at += 16) {
      const v = f32x4.mul(v128.load(at), factor);
      v128.store(at, v);
      most = f32x4.max(most, v);
    }
    const sum = sumLanes(expAll(s, length, f32x4.splat(maxLanes(most))));
    const inverse = f32x4.splat(1 / sum);
    for (let at = s; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), inverse));
    // The exponential stops at its least argument, which is not quite −∞.
    for (let j = i + 1; j < length; j++) f32.store(s + (<usize>j << 2), 0);
  }
}

/** d[n, n] ← p ∘ (d − Σ p ∘ d) · scale, the sums over rows: from the gradient of the weights to that of the scores. */
export function softmaxCausalBackward(p: usize, d: usize, n: i32, scale: f32): void {
  const factor = f32x4.splat(scale);
  for (let i = 0; i < n; i++, p += <usize>n << 2, d += <usize>n << 2) {
    const length = <usize>((i + 8) & -8) << 2;
    let sum = f32x4.splat(0);
    for (let at: usize = 0; at < length; at += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(p + at), v128.load(d + at)));
    const mean = f32x4.splat(sumLanes(sum));
    for (let at: usize = 0; at < length; at += 16) {
      v128.store(d + at, f32x4.mul(f32x4.mul(v128.load(p + at), f32x4.sub(v128.load(d + at), mean)), factor));
    }
  }
}
