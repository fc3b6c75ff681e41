/** Matrices rearranged for the products, so that the inner loops read what they need in one line of addresses. */

/** Rows of a matrix [rows, columns] as panels: for each 8 columns, the 8 numbers of each row. */
export function packPanels(a: usize, stride: i32, rows: i32, columns: i32, out: usize): void {
  const bytes = <usize>stride << 2, panel = <usize>rows << 5;
  let j = 0;
  // Two panels at a time, which is a whole line of the cache.
  for (; j + 16 <= columns; j += 16, out += 2 * panel) {
    let from = a + (<usize>j << 2), to = out;
    for (const end = out + panel; to < end; from += bytes, to += 32) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      v128.store(to + panel, v128.load(from, 32));
      v128.store(to + panel, v128.load(from, 48), 16);
    }
  }
  if (j < columns) {
    let from = a + (<usize>j << 2), to = out;
    for (const end = out + panel; to < end; from += bytes, to += 32) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    }
  }
}

/** The transpose of a matrix [rows, columns] as panels: for each 8 rows, the 8 numbers of each column. */
export function packTransposed(a: usize, stride: i32, rows: i32, columns: i32, out: usize): void {
  const bytes = <usize>stride << 2;
  for (let i = 0; i < rows; i += 8, a += 8 * bytes, out += <usize>columns << 5) {
    transpose(a, bytes, columns, out);
    transpose(a + 4 * bytes, bytes, columns, out + 16);
  }
}

/** Four rows to four numbers in every 32 bytes. */
// @ts-ignore: decorator
@inline function transpose(a: usize, bytes: usize, columns: i32, out: usize): void {
  for (const end = a + (<usize>columns << 2); a < end; a += 16, out += 128) {
    const p = v128.load(a), q = v128.load(a + bytes), r = v128.load(a + 2 * bytes), s = v128.load(a + 3 * bytes);
    const pq = i32x4.shuffle(p, q, 0, 4, 1, 5), rs = i32x4.shuffle(r, s, 0, 4, 1, 5);
    const PQ = i32x4.shuffle(p, q, 2, 6, 3, 7), RS = i32x4.shuffle(r, s, 2, 6, 3, 7);
    v128.store(out, i64x2.shuffle(pq, rs, 0, 2));
    v128.store(out, i64x2.shuffle(pq, rs, 1, 3), 32);
    v128.store(out, i64x2.shuffle(PQ, RS, 0, 2), 64);
    v128.store(out, i64x2.shuffle(PQ, RS, 1, 3), 96);
  }
}

/**
 * Columns of a matrix [rows, columns] as strips: for each 4 columns, the 4 numbers of each row. With `lower`, only
 * those on and below the diagonal's tiles are put in their places.
 */
export function packStrips(a: usize, stride: i32, rows: i32, columns: i32, out: usize, lower: bool): void {
  const bytes = <usize>stride << 2, strip = <usize>rows << 4;
  for (let j = 0; j < columns; j += 16, out += 4 * strip) {
    const first = lower ? <usize>j : 0;
    let from = a + (<usize>j << 2) + first * bytes, to = out + (first << 4);
    const end = out + strip, width = columns - j;
    if (width >= 16) {
      for (; to < end; from += bytes, to += 16) {
        v128.store(to, v128.load(from));
        v128.store(to + strip, v128.load(from, 16));
        v128.store(to + 2 * strip, v128.load(from, 32));
        v128.store(to + 3 * strip, v128.load(from, 48));
      }
    } else {
      for (; to < end; from += bytes, to += 16) {
        let at = to;
        for (let i: usize = 0; i < <usize>width << 2; i += 16, at += strip) v128.store(at, v128.load(from + i));
      }
    }
  }
}
