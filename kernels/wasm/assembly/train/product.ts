/**
 * Matrix products for training: 4 × 8 outer products held in registers. Each element is summed in order of k in one
 * accumulator, so its bits do not depend on how the matrices are cut. Lengths are multiples of 8 (rows: of 4).
 *
 * `b` lies in panels of 8 columns: panel j holds, for each k, the 8 numbers of columns 8j … 8j + 7.
 */

/** How a tile meets what is at its place: replaces it, or is added to it. */
// @ts-ignore: decorator
@inline export const STORE: i32 = 0;

/** One 4 × 8 tile: rows at a0 … a3, whose elements lie `step` bytes apart; a panel at `b`; k numbers. */
// prettier-ignore
// @ts-ignore: decorator
@inline export function tile(a0: usize, a1: usize, a2: usize, a3: usize, b: usize, k: i32, c: usize, cBytes: usize, add: bool): void {
  let x0 = f32x4.splat(0), x1 = x0, x2 = x0, x3 = x0, y0 = x0, y1 = x0, y2 = x0, y3 = x0;
  const end = a0 + (<usize>k << 2);
  while (a0 < end) {
    let u = v128.load(b), v = v128.load(b, 16);
    let s = v128.load32_splat(a0);
    x0 = f32x4.add(x0, f32x4.mul(s, u)); y0 = f32x4.add(y0, f32x4.mul(s, v));
    s = v128.load32_splat(a1);
    x1 = f32x4.add(x1, f32x4.mul(s, u)); y1 = f32x4.add(y1, f32x4.mul(s, v));
    s = v128.load32_splat(a2);
    x2 = f32x4.add(x2, f32x4.mul(s, u)); y2 = f32x4.add(y2, f32x4.mul(s, v));
    s = v128.load32_splat(a3);
    x3 = f32x4.add(x3, f32x4.mul(s, u)); y3 = f32x4.add(y3, f32x4.mul(s, v));
    u = v128.load(b, 32); v = v128.load(b, 48);
    s = v128.load32_splat(a0, 4);
    x0 = f32x4.add(x0, f32x4.mul(s, u)); y0 = f32x4.add(y0, f32x4.mul(s, v));
    s = v128.load32_splat(a1, 4);
    x1 = f32x4.add(x1, f32x4.mul(s, u)); y1 = f32x4.add(y1, f32x4.mul(s, v));
    s = v128.load32_splat(a2, 4);
    x2 = f32x4.add(x2, f32x4.mul(s, u)); y2 = f32x4.add(y2, f32x4.mul(s, v));
    s = v128.load32_splat(a3, 4);
    x3 = f32x4.add(x3, f32x4.mul(s, u)); y3 = f32x4.add(y3, f32x4.mul(s, v));
    u = v128.load(b, 64); v = v128.load(b, 80);
    s = v128.load32_splat(a0, 8);
    x0 = f32x4.add(x0, f32x4.mul(s, u)); y0 = f32x4.add(y0, f32x4.mul(s, v));
    s = v128.load32_splat(a1, 8);
    x1 = f32x4.add(x1, f32x4.mul(s, u)); y1 = f32x4.add(y1, f32x4.mul(s, v));
    s = v128.load32_splat(a2, 8);
    x2 = f32x4.add(x2, f32x4.mul(s, u)); y2 = f32x4.add(y2, f32x4.mul(s, v));
    s = v128.load32_splat(a3, 8);
    x3 = f32x4.add(x3, f32x4.mul(s, u)); y3 = f32x4.add(y3, f32x4.mul(s, v));
    u = v128.load(b, 96); v = v128.load(b, 112);
    s = v128.load32_splat(a0, 12);
    x0 = f32x4.add(x0, f32x4.mul(s, u)); y0 = f32x4.add(y0, f32x4.mul(s, v));
    s = v128.load32_splat(a1, 12);
    x1 = f32x4.add(x1, f32x4.mul(s, u)); y1 = f32x4.add(y1, f32x4.mul(s, v));
    s = v128.load32_splat(a2, 12);
    x2 = f32x4.add(x2, f32x4.mul(s, u)); y2 = f32x4.add(y2, f32x4.mul(s, v));
    s = v128.load32_splat(a3, 12);
    x3 = f32x4.add(x3, f32x4.mul(s, u)); y3 = f32x4.add(y3, f32x4.mul(s, v));
    a0 += 16; a1 += 16; a2 += 16; a3 += 16; b += 128;
  }
  put(c, x0, y0, add); put(c + cBytes, x1, y1, add); put(c + 2 * cBytes, x2, y2, add); put(c + 3 * cBytes, x3, y3, add);
}

/** The same, with the four rows side by side: four numbers for each k. */
// prettier-ignore
// @ts-ignore: decorator
@inline export function tilePacked(a: usize, b: usize, k: i32, c: usize, cBytes: usize, add: bool): void {
  let x0 = f32x4.splat(0), x1 = x0, x2 = x0, x3 = x0, y0 = x0, y1 = x0, y2 = x0, y3 = x0;
  const end = a + (<usize>k << 4);
  while (a < end) {
    let u = v128.load(b), v = v128.load(b, 16);
    let s = v128.load32_splat(a);
    x0 = f32x4.add(x0, f32x4.mul(s, u)); y0 = f32x4.add(y0, f32x4.mul(s, v));
    s = v128.load32_splat(a, 4);
    x1 = f32x4.add(x1, f32x4.mul(s, u)); y1 = f32x4.add(y1, f32x4.mul(s, v));
    s = v128.load32_splat(a, 8);
    x2 = f32x4.add(x2, f32x4.mul(s, u)); y2 = f32x4.add(y2, f32x4.mul(s, v));
    s = v128.load32_splat(a, 12);
    x3 = f32x4.add(x3, f32x4.mul(s, u)); y3 = f32x4.add(y3, f32x4.mul(s, v));
    u = v128.load(b, 32); v = v128.load(b, 48);
    s = v128.load32_splat(a, 16);
    x0 = f32x4.add(x0, f32x4.mul(s, u)); y0 = f32x4.add(y0, f32x4.mul(s, v));
    s = v128.load32_splat(a, 20);
    x1 = f32x4.add(x1, f32x4.mul(s, u)); y1 = f32x4.add(y1, f32x4.mul(s, v));
    s = v128.load32_splat(a, 24);
    x2 = f32x4.add(x2, f32x4.mul(s, u)); y2 = f32x4.add(y2, f32x4.mul(s, v));
    s = v128.load32_splat(a, 28);
    x3 = f32x4.add(x3, f32x4.mul(s, u)); y3 = f32x4.add(y3, f32x4.mul(s, v));
    a += 32; b += 64;
  }
  put(c, x0, y0, add); put(c + cBytes, x1, y1, add); put(c + 2 * cBytes, x2, y2, add); put(c + 3 * cBytes, x3, y3, add);
}

// @ts-ignore: decorator
@inline function put(c: usize, x: v128, y: v128, add: bool): void {
  if (add) {
    v128.store(c, f32x4.add(v128.load(c), x));
    v128.store(c, f32x4.add(v128.load(c, 16), y), 16);
  } else {
    v128.store(c, x);
    v128.store(c, y, 16);
  }
}

/** Columns that are computed together, so that their panels stay in the first cache while the rows go by. */
const GROUP: i32 = 32;

/** c[rows, columns] (+)= a[rows, k] · b, b in panels. */
// prettier-ignore
export function product(a: usize, aStride: i32, b: usize, c: usize, cStride: i32, rows: i32, columns: i32, k: i32, add: bool): void {
  const aBytes = <usize>aStride << 2, cBytes = <usize>cStride << 2, panel = <usize>k << 5;
  for (let from = 0; from < columns; from += GROUP) {
    const to = min(columns, from + GROUP);
    let aAt = a, cAt = c;
    for (let i = 0; i < rows; i += 4, aAt += 4 * aBytes, cAt += 4 * cBytes) {
      let bAt = b + <usize>(from >> 3) * panel;
      for (let j = from; j < to; j += 8, bAt += panel) {
        tile(aAt, aAt + aBytes, aAt + 2 * aBytes, aAt + 3 * aBytes, bAt, k, cAt + (<usize>j << 2), cBytes, add);
      }
    }
  }
}

/** c[rows, columns] (+)= aᵀ · b, both packed: a in strips of four columns, b in panels of eight; k rows each. */
// prettier-ignore
export function productPacked(a: usize, b: usize, c: usize, cStride: i32, rows: i32, columns: i32, k: i32, add: bool): void {
  const cBytes = <usize>cStride << 2, panel = <usize>k << 5, strip = <usize>k << 4;
  for (let from = 0; from < columns; from += GROUP) {
    const to = min(columns, from + GROUP);
    let aAt = a, cAt = c;
    for (let i = 0; i < rows; i += 4, aAt += strip, cAt += 4 * cBytes) {
      let bAt = b + <usize>(from >> 3) * panel;
      for (let j = from; j < to; j += 8, bAt += panel) tilePacked(aAt, bAt, k, cAt + (<usize>j << 2), cBytes, add);
    }
  }
}
