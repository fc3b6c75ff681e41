/** The two inner loops of attention, for up to four query heads that share a key-value head: each cell is loaded once. */
import { PAGE } from "./cache";

/** For each head, a page's products as `scores` leaves them: bytes from one head to the next. */
// @ts-ignore: decorator
@inline export const SUMS: usize = 512;
/** For each head, a page's weights: bytes from one head to the next. */
// @ts-ignore: decorator
@inline export const WEIGHTS: usize = 256;

/** Numbers 0 … 3 of a cell whose first bytes are `word`. */
// @ts-ignore: decorator
@inline function low(BF16: bool, word: v128): v128 {
  return BF16 ? i32x4.shl(word, 16) : word;
}

/** Numbers 4 … 7 of the cell at p. `mask`: a vector of 0xffff0000. */
// @ts-ignore: decorator
@inline function high(BF16: bool, word: v128, p: usize, mask: v128): v128 {
  return BF16 ? v128.and(word, mask) : v128.load(p, 16);
}

/** Half the way to the lane sums of a and b: (a₀ + a₂, b₀ + b₂, a₁ + a₃, b₁ + b₃). */
// @ts-ignore: decorator
@inline function halfSums(a: v128, b: v128): v128 {
  return f32x4.add(i32x4.shuffle(a, b, 0, 4, 1, 5), i32x4.shuffle(a, b, 2, 6, 3, 7));
}

/**
 * Products of `H` (a constant, 1…4) query heads, `bytes` apart at q, with the keys of positions begin … end − 1 (even) of
 * a page. Those of head h go to sums + 512·h, `halfSums` of two positions after another.
 */
// prettier-ignore
// @ts-ignore: decorator
@inline export function scores(H: i32, BF16: bool, q: usize, bytes: usize, keys: usize, begin: i32, end: i32, sums: usize, mask: v128): void {
  const cell: usize = BF16 ? 16 : 32, row = BF16 ? bytes >> 1 : bytes;
  sums += <usize>begin << 3;
  for (let k = keys + <usize>begin * row, stop = keys + <usize>end * row; k < stop;) {
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
    for (let p = q, last = q + bytes; p < last; p += 32, k += cell) {
      const x = v128.load(k), y = v128.load(k + row);
      const x0 = low(BF16, x), x1 = high(BF16, x, k, mask), y0 = low(BF16, y), y1 = high(BF16, y, k + row, mask);
      let u = v128.load(p);
      a0 = f32x4.add(a0, f32x4.mul(u, x0)), b0 = f32x4.add(b0, f32x4.mul(u, y0));
      u = v128.load(p, 16);
      a0 = f32x4.add(a0, f32x4.mul(u, x1)), b0 = f32x4.add(b0, f32x4.mul(u, y1));
      if (H > 1) {
        u = v128.load(p + bytes);
        a1 = f32x4.add(a1, f32x4.mul(u, x0)), b1 = f32x4.add(b1, f32x4.mul(u, y0));
        u = v128.load(p + bytes, 16);
        a1 = f32x4.add(a1, f32x4.mul(u, x1)), b1 = f32x4.add(b1, f32x4.mul(u, y1));
      }
      if (H > 2) {
        u = v128.load(p + 2 * bytes);
        a2 = f32x4.add(a2, f32x4.mul(u, x0)), b2 = f32x4.add(b2, f32x4.mul(u, y0));
        u = v128.load(p + 2 * bytes, 16);
        a2 = f32x4.add(a2, f32x4.mul(u, x1)), b2 = f32x4.add(b2, f32x4.mul(u, y1));
      }
      if (H > 3) {
        u = v128.load(p + 3 * bytes);
        a3 = f32x4.add(a3, f32x4.mul(u, x0)), b3 = f32x4.add(b3, f32x4.mul(u, y0));
        u = v128.load(p + 3 * bytes, 16);
        a3 = f32x4.add(a3, f32x4.mul(u, x1)), b3 = f32x4.add(b3, f32x4.mul(u, y1));
      }
    }
    v128.store(sums, halfSums(a0, b0));
    if (H > 1) v128.store(sums, halfSums(a1, b1), SUMS);
    if (H > 2) v128.store(sums, halfSums(a2, b2), 2 * SUMS);
    if (H > 3) v128.store(sums, halfSums(a3, b3), 3 * SUMS);
    k += row;
    sums += 16;
  }
}

/**
 * acc ← acc·r + Σ pᵢ·valueᵢ in order of i, for `H` heads and one cell of the values, or (`wide`, for one or two heads)
 * two. The heads' sums lie `stride` bytes apart at acc, their factors at r, their weights 256 bytes apart at p.
 */
// prettier-ignore
// @ts-ignore: decorator
@inline export function addValues(H: i32, wide: bool, BF16: bool, p: usize, values: usize, begin: i32, end: i32, acc: usize, stride: usize, r: usize, mask: v128): void {
  const cell: usize = BF16 ? 16 : 32, next = <usize>PAGE * cell;
  let f = v128.load32_splat(r);
  let a0 = f32x4.mul(v128.load(acc), f), a1 = f32x4.mul(v128.load(acc, 16), f);
  let b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0; // of the other heads, or for `wide` of the next cell
  if (wide) c0 = f32x4.mul(v128.load(acc, 32), f), c1 = f32x4.mul(v128.load(acc, 48), f);
  if (H > 1) {
    f = v128.load32_splat(r, 4);
    b0 = f32x4.mul(v128.load(acc + stride), f), b1 = f32x4.mul(v128.load(acc + stride, 16), f);
    if (wide) d0 = f32x4.mul(v128.load(acc + stride, 32), f), d1 = f32x4.mul(v128.load(acc + stride, 48), f);
  }
  if (H > 2) f = v128.load32_splat(r, 8), c0 = f32x4.mul(v128.load(acc + 2 * stride), f), c1 = f32x4.mul(v128.load(acc + 2 * stride, 16), f);
  if (H > 3) f = v128.load32_splat(r, 12), d0 = f32x4.mul(v128.load(acc + 3 * stride), f), d1 = f32x4.mul(v128.load(acc + 3 * stride, 16), f);
  p += <usize>begin << 2;
  const stop = values + <usize>end * cell;
  for (let v = values + <usize>begin * cell; v < stop; v += cell, p += 4) {
    let x = v128.load(v);
    let x0 = low(BF16, x), x1 = high(BF16, x, v, mask);
    let s = v128.load32_splat(p);
    a0 = f32x4.add(a0, f32x4.mul(s, x0)), a1 = f32x4.add(a1, f32x4.mul(s, x1));
    if (H > 1) {
      const s1 = v128.load32_splat(p, WEIGHTS);
      b0 = f32x4.add(b0, f32x4.mul(s1, x0)), b1 = f32x4.add(b1, f32x4.mul(s1, x1));
      if (wide) {
        x = v128.load(v + next);
        x0 = low(BF16, x), x1 = high(BF16, x, v + next, mask);
        c0 = f32x4.add(c0, f32x4.mul(s, x0)), c1 = f32x4.add(c1, f32x4.mul(s, x1));
        d0 = f32x4.add(d0, f32x4.mul(s1, x0)), d1 = f32x4.add(d1, f32x4.mul(s1, x1));
      }
    } else if (wide) {
      x = v128.load(v + next);
      x0 = low(BF16, x), x1 = high(BF16, x, v + next, mask);
      c0 = f32x4.add(c0, f32x4.mul(s, x0)), c1 = f32x4.add(c1, f32x4.mul(s, x1));
    }
    if (H > 2) s = v128.load32_splat(p, 2 * WEIGHTS), c0 = f32x4.add(c0, f32x4.mul(s, x0)), c1 = f32x4.add(c1, f32x4.mul(s, x1));
    if (H > 3) s = v128.load32_splat(p, 3 * WEIGHTS), d0 = f32x4.add(d0, f32x4.mul(s, x0)), d1 = f32x4.add(d1, f32x4.mul(s, x1));
  }
  v128.store(acc, a0), v128.store(acc, a1, 16);
  if (wide) v128.store(acc, c0, 32), v128.store(acc, c1, 48);
  if (H > 1) {
    v128.store(acc + stride, b0), v128.store(acc + stride, b1, 16);
    if (wide) v128.store(acc + stride, d0, 32), v128.store(acc + stride, d1, 48);
  }
  if (H > 2) v128.store(acc + 2 * stride, c0), v128.store(acc + 2 * stride, c1, 16);
  if (H > 3) v128.store(acc + 3 * stride, d0), v128.store(acc + 3 * stride, d1, 16);
}
