/** The two inner loops of attention, for up to four query heads that share a key-value head: each row is loaded once. */
import { PAGE } from "./cache";
import { sumLanes } from "./simd";

/**
 * Scaled products of `H` (a constant, 1…4) query heads, `bytes` apart at q, with the keys of positions begin … end − 1 of
 * a page; head h's go to p + 256·h.
 */
// prettier-ignore
// @ts-ignore: decorator
@inline export function scores(H: i32, q: usize, bytes: usize, keys: usize, begin: i32, end: i32, scale: f32, p: usize, ahead: usize, aheadBytes: usize): void {
  for (let i = begin; i < end; i += 2) {
    touch(ahead + <usize>i * aheadBytes, 2 * aheadBytes);
    const isPair = i + 1 < end;
    const k0 = keys + <usize>i * bytes, k1 = isPair ? k0 + bytes : k0;
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
    for (let d: usize = 0; d < bytes; d += 16) {
      const x = v128.load(k0 + d), y = v128.load(k1 + d);
      let u = v128.load(q + d);
      a0 = f32x4.add(a0, f32x4.mul(u, x)), b0 = f32x4.add(b0, f32x4.mul(u, y));
      if (H > 1) {
        u = v128.load(q + bytes + d);
        a1 = f32x4.add(a1, f32x4.mul(u, x)), b1 = f32x4.add(b1, f32x4.mul(u, y));
      }
      if (H > 2) {
        u = v128.load(q + 2 * bytes + d);
        a2 = f32x4.add(a2, f32x4.mul(u, x)), b2 = f32x4.add(b2, f32x4.mul(u, y));
      }
      if (H > 3) {
        u = v128.load(q + 3 * bytes + d);
        a3 = f32x4.add(a3, f32x4.mul(u, x)), b3 = f32x4.add(b3, f32x4.mul(u, y));
      }
    }
    const to = p + (<usize>i << 2);
    f32.store(to, sumLanes(a0) * scale);
    if (H > 1) f32.store(to, sumLanes(a1) * scale, 256);
    if (H > 2) f32.store(to, sumLanes(a2) * scale, 512);
    if (H > 3) f32.store(to, sumLanes(a3) * scale, 768);
    if (isPair) {
      f32.store(to, sumLanes(b0) * scale, 4);
      if (H > 1) f32.store(to, sumLanes(b1) * scale, 260);
      if (H > 2) f32.store(to, sumLanes(b2) * scale, 516);
      if (H > 3) f32.store(to, sumLanes(b3) * scale, 772);
    }
  }
}

/**
 * Loads a byte of each cache line of what will be needed next: a long cache lies in memory that takes a hundred times as
 * long to reach as a sum takes, and there is no other way to ask for it early.
 */
// @ts-ignore: decorator
@inline function touch(p: usize, bytes: usize): void {
  for (const end = p + bytes; p < end; p += 64) load<u8>(p);
}

/** acc ← acc·r + Σ pᵢ·valueᵢ in order of i, for four of the values' numbers at a time (`wide`: sixteen). */
// prettier-ignore
// @ts-ignore: decorator
@inline function block(H: i32, wide: bool, p: usize, values: usize, bytes: usize, begin: i32, end: i32, acc: usize, r0: f32, r1: f32, r2: f32, r3: f32): void {
  const at1 = acc + bytes, at2 = acc + 2 * bytes, at3 = acc + 3 * bytes;
  let a0 = f32x4.mul(v128.load(acc), f32x4.splat(r0)), a1 = a0, a2 = a0, a3 = a0;
  let b0 = a0, b1 = a0, b2 = a0, b3 = a0, c0 = a0, c1 = a0, c2 = a0, c3 = a0, d0 = a0, d1 = a0, d2 = a0, d3 = a0;
  if (wide) {
    a1 = f32x4.mul(v128.load(acc, 16), f32x4.splat(r0));
    a2 = f32x4.mul(v128.load(acc, 32), f32x4.splat(r0)), a3 = f32x4.mul(v128.load(acc, 48), f32x4.splat(r0));
  }
  if (H > 1) {
    b0 = f32x4.mul(v128.load(at1), f32x4.splat(r1));
    if (wide) {
      b1 = f32x4.mul(v128.load(at1, 16), f32x4.splat(r1));
      b2 = f32x4.mul(v128.load(at1, 32), f32x4.splat(r1)), b3 = f32x4.mul(v128.load(at1, 48), f32x4.splat(r1));
    }
  }
  if (H > 2) {
    c0 = f32x4.mul(v128.load(at2), f32x4.splat(r2));
    if (wide) {
      c1 = f32x4.mul(v128.load(at2, 16), f32x4.splat(r2));
      c2 = f32x4.mul(v128.load(at2, 32), f32x4.splat(r2)), c3 = f32x4.mul(v128.load(at2, 48), f32x4.splat(r2));
    }
  }
  if (H > 3) {
    d0 = f32x4.mul(v128.load(at3), f32x4.splat(r3));
    if (wide) {
      d1 = f32x4.mul(v128.load(at3, 16), f32x4.splat(r3));
      d2 = f32x4.mul(v128.load(at3, 32), f32x4.splat(r3)), d3 = f32x4.mul(v128.load(at3, 48), f32x4.splat(r3));
    }
  }
  let v = values + <usize>begin * bytes;
  for (let at = p + (<usize>begin << 2), stop = p + (<usize>end << 2); at < stop; at += 4, v += bytes) {
    const x0 = v128.load(v);
    const x1 = wide ? v128.load(v, 16) : x0, x2 = wide ? v128.load(v, 32) : x0, x3 = wide ? v128.load(v, 48) : x0;
    let s = v128.load32_splat(at);
    a0 = f32x4.add(a0, f32x4.mul(s, x0));
    if (wide) a1 = f32x4.add(a1, f32x4.mul(s, x1)), a2 = f32x4.add(a2, f32x4.mul(s, x2)), a3 = f32x4.add(a3, f32x4.mul(s, x3));
    if (H > 1) {
      s = v128.load32_splat(at, 256);
      b0 = f32x4.add(b0, f32x4.mul(s, x0));
      if (wide) b1 = f32x4.add(b1, f32x4.mul(s, x1)), b2 = f32x4.add(b2, f32x4.mul(s, x2)), b3 = f32x4.add(b3, f32x4.mul(s, x3));
    }
    if (H > 2) {
      s = v128.load32_splat(at, 512);
      c0 = f32x4.add(c0, f32x4.mul(s, x0));
      if (wide) c1 = f32x4.add(c1, f32x4.mul(s, x1)), c2 = f32x4.add(c2, f32x4.mul(s, x2)), c3 = f32x4.add(c3, f32x4.mul(s, x3));
    }
    if (H > 3) {
      s = v128.load32_splat(at, 768);
      d0 = f32x4.add(d0, f32x4.mul(s, x0));
      if (wide) d1 = f32x4.add(d1, f32x4.mul(s, x1)), d2 = f32x4.add(d2, f32x4.mul(s, x2)), d3 = f32x4.add(d3, f32x4.mul(s, x3));
    }
  }
  v128.store(acc, a0);
  if (wide) v128.store(acc, a1, 16), v128.store(acc, a2, 32), v128.store(acc, a3, 48);
  if (H > 1) {
    v128.store(at1, b0);
    if (wide) v128.store(at1, b1, 16), v128.store(at1, b2, 32), v128.store(at1, b3, 48);
  }
  if (H > 2) {
    v128.store(at2, c0);
    if (wide) v128.store(at2, c1, 16), v128.store(at2, c2, 32), v128.store(at2, c3, 48);
  }
  if (H > 3) {
    v128.store(at3, d0);
    if (wide) v128.store(at3, d1, 16), v128.store(at3, d2, 32), v128.store(at3, d3, 48);
  }
}

/** Positions whose values are added before the next numbers of the values are: their rows are a few KB, read in order. */
// @ts-ignore: decorator
@inline const ROWS: i32 = 16;

/**
 * acc ← acc·r + Σ pᵢ·valueᵢ for `H` heads: their sums lie `bytes` apart at acc, their factors at r, their weights 256
 * bytes apart at p.
 */
// prettier-ignore
// @ts-ignore: decorator
@inline export function addValues(H: i32, p: usize, values: usize, bytes: usize, begin: i32, end: i32, acc: usize, r: usize, ahead: usize, aheadBytes: usize): void {
  let r0 = f32.load(r), r1 = f32.load(r, 4), r2 = f32.load(r, 8), r3 = f32.load(r, 12);
  for (let row = begin; row < end; row += ROWS) {
    const stop = min(row + ROWS, end);
    touch(ahead + <usize>row * aheadBytes, <usize>(stop - row) * aheadBytes);
    let d: usize = 0;
    for (; d + 64 <= bytes; d += 64) block(H, true, p, values + d, bytes, row, stop, acc + d, r0, r1, r2, r3);
    for (; d < bytes; d += 16) block(H, false, p, values + d, bytes, row, stop, acc + d, r0, r1, r2, r3);
    r0 = r1 = r2 = r3 = 1; // times 1 changes nothing
  }
}
