/** The matrix product in single precision. Weights lie in bands of four rows: `packed.ts`. */
import { ask, nextAsk } from "./ask";
import { bandBytes, BF16, F16, F32, valueBytes } from "./packed";
import { HALF_MASK, HALF_UNIT, hidden, loadLanes, maxLanes, storeLanes } from "./simd";
import { unpackTo } from "./unpack";
import { values, widened } from "./values";

/** The sums (s₀ + s₂) + (s₁ + s₃) of four rows, lane by row. */
// @ts-ignore: decorator
@inline function transposeSum(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(i32x4.shuffle(a, b, 0, 1, 4, 5), i32x4.shuffle(a, b, 2, 3, 6, 7));
  const cd = f32x4.add(i32x4.shuffle(c, d, 0, 1, 4, 5), i32x4.shuffle(c, d, 2, 3, 6, 7));
  return f32x4.add(i32x4.shuffle(ab, cd, 0, 2, 4, 6), i32x4.shuffle(ab, cd, 1, 3, 5, 7));
}

/** Four values as they meet one token's activations: F16 without its unit. */
// @ts-ignore: decorator
@inline function bare(format: i32, words: v128, mask: v128): v128 {
  return format == F16 ? v128.and(i32x4.shl(words, 13), mask) : widened(format, words, mask, mask);
}

/**
 * The activations times the unit of F16, so that not each weight has to be: where a factor of a product changes by a power
 * of two and the other by its inverse, it rounds to the same. Answers whether all are small enough for it.
 */
// @ts-ignore: decorator
@inline function scaled(x: usize, columns: i32, out: usize): bool {
  const unit = hidden(HALF_UNIT, columns);
  let largest = f32x4.splat(0);
  for (let left = columns; left > 0; left -= 4, x += 16, out += 16) {
    const v = loadLanes(x, left);
    largest = f32x4.max(largest, f32x4.abs(v));
    v128.store(out, f32x4.mul(v, unit));
  }
  return maxLanes(largest) < 32768;
}

/** One token with the rows of packed weights, halves as they are; of F16 with activations as `scaled` makes them. */
// prettier-ignore
// @ts-ignore: decorator
@inline function oneToken(format: i32, weight: usize, columns: i32, x: usize, out: usize, rowStart: i32, rowEnd: i32): void {
  const size: usize = 4 * valueBytes(format), isF32 = format == F32;
  const mask = hidden(HALF_MASK, columns);
  const band = bandBytes(format, columns), pairsEnd = x + (<usize>(columns & ~7) << 2);
  let w = weight + <usize>(rowStart >> 2) * band;
  const last = weight + <usize>((rowEnd + 3) >> 2) * band;
  let asked = nextAsk(w, last, true);
  if (!isF32) v128.load16x4_s(w, 8), v128.load16x4_s(w, 16), v128.load16x4_s(w, 24); // see `keepOffsets`
  for (let row = rowStart; row < rowEnd; row += 4) {
    let a = f32x4.splat(0), b = a, c = a, d = a;
    let at = x;
    // Two times four columns a turn, then what is left of them.
    for (; at < pairsEnd; at += 32) {
      if (w >= asked) {
        ask(w, last);
        asked = nextAsk(w, last, false);
      }
      let v = v128.load(at);
      a = f32x4.add(a, f32x4.mul(bare(format, isF32 ? v128.load(w) : v128.load16x4_s(w), mask), v));
      b = f32x4.add(b, f32x4.mul(bare(format, isF32 ? v128.load(w, 16) : v128.load16x4_s(w, 8), mask), v));
      c = f32x4.add(c, f32x4.mul(bare(format, isF32 ? v128.load(w, 32) : v128.load16x4_s(w, 16), mask), v));
      d = f32x4.add(d, f32x4.mul(bare(format, isF32 ? v128.load(w, 48) : v128.load16x4_s(w, 24), mask), v));
      v = v128.load(at, 16);
      w += 4 * size;
      a = f32x4.add(a, f32x4.mul(bare(format, isF32 ? v128.load(w) : v128.load16x4_s(w), mask), v));
      b = f32x4.add(b, f32x4.mul(bare(format, isF32 ? v128.load(w, 16) : v128.load16x4_s(w, 8), mask), v));
      c = f32x4.add(c, f32x4.mul(bare(format, isF32 ? v128.load(w, 32) : v128.load16x4_s(w, 16), mask), v));
      d = f32x4.add(d, f32x4.mul(bare(format, isF32 ? v128.load(w, 48) : v128.load16x4_s(w, 24), mask), v));
      w += 4 * size;
    }
    for (let rest = columns & 7, done = 0; done < rest; done += 4, at += 16) {
      const v = loadLanes(at, rest - done);
      a = f32x4.add(a, f32x4.mul(bare(format, isF32 ? v128.load(w) : v128.load16x4_s(w), mask), v));
      b = f32x4.add(b, f32x4.mul(bare(format, isF32 ? v128.load(w, 16) : v128.load16x4_s(w, 8), mask), v));
      c = f32x4.add(c, f32x4.mul(bare(format, isF32 ? v128.load(w, 32) : v128.load16x4_s(w, 16), mask), v));
      d = f32x4.add(d, f32x4.mul(bare(format, isF32 ? v128.load(w, 48) : v128.load16x4_s(w, 24), mask), v));
      w += 4 * size;
    }
    storeLanes(out + (<usize>row << 2), transposeSum(a, b, c, d), rowEnd - row);
  }
}

/** The products of a band of F32 with two tokens. */
// prettier-ignore
function two(w: usize, columns: i32, x: usize, y: usize, outX: usize, outY: usize, lanes: i32): void {
  let a = f32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  let left = columns;
  for (; left >= 4; left -= 4, x += 16, y += 16, w += 64) {
    const u = v128.load(x), v = v128.load(y);
    let r = v128.load(w);
    a = f32x4.add(a, f32x4.mul(r, u)), e = f32x4.add(e, f32x4.mul(r, v));
    r = v128.load(w, 16);
    b = f32x4.add(b, f32x4.mul(r, u)), f = f32x4.add(f, f32x4.mul(r, v));
    r = v128.load(w, 32);
    c = f32x4.add(c, f32x4.mul(r, u)), g = f32x4.add(g, f32x4.mul(r, v));
    r = v128.load(w, 48);
    d = f32x4.add(d, f32x4.mul(r, u)), h = f32x4.add(h, f32x4.mul(r, v));
  }
  if (left > 0) {
    const u = loadLanes(x, left), v = loadLanes(y, left);
    const r = v128.load(w), s = v128.load(w, 16), t = v128.load(w, 32), z = v128.load(w, 48);
    a = f32x4.add(a, f32x4.mul(r, u)), e = f32x4.add(e, f32x4.mul(r, v));
    b = f32x4.add(b, f32x4.mul(s, u)), f = f32x4.add(f, f32x4.mul(s, v));
    c = f32x4.add(c, f32x4.mul(t, u)), g = f32x4.add(g, f32x4.mul(t, v));
    d = f32x4.add(d, f32x4.mul(z, u)), h = f32x4.add(h, f32x4.mul(z, v));
  }
  storeLanes(outX, transposeSum(a, b, c, d), lanes);
  storeLanes(outY, transposeSum(e, f, g, h), lanes);
}

/** A band of halves to one of F32. */
// @ts-ignore: decorator
@inline function widen(format: i32, p: usize, columns: i32, out: usize): void {
  const mask = hidden(HALF_MASK, columns), unit = hidden(HALF_UNIT, columns);
  for (const end = p + bandBytes(format, columns); p < end; p += 8, out += 16) v128.store(out, values(format, p, mask, unit));
}

/** A band, of which `lanes` rows exist, with all tokens. */
// prettier-ignore
function all(w: usize, lanes: i32, columns: i32, x: usize, xBytes: usize, tokens: i32, out: usize, outBytes: usize): void {
  let t = 0;
  for (; t + 2 <= tokens; t += 2, x += 2 * xBytes, out += 2 * outBytes) two(w, columns, x, x + xBytes, out, out + outBytes, lanes);
  if (t < tokens) oneToken(F32, w, columns, x, out, 0, lanes);
}

/**
 * out[t·outStride + r] for rowStart ≤ r < rowEnd of a packed weight in any format. `rowStart` is a multiple of 4.
 * `scratch`: 16·columns bytes, columns rounded up to a multiple of 4.
 */
// prettier-ignore
export function matmulF32(format: i32, weight: usize, columns: i32, x: usize, xStride: i32, tokens: i32, out: usize, outStride: i32, rowStart: i32, rowEnd: i32, scratch: usize): void {
  const size = bandBytes(format, columns);
  const xBytes = <usize>xStride << 2, outBytes = <usize>outStride << 2;
  // Halves meet a single token as they are; for more tokens they are unpacked once.
  if (tokens == 1 && format == F32) oneToken(F32, weight, columns, x, out, rowStart, rowEnd);
  else if (tokens == 1 && format == F16 && scaled(x, columns, scratch)) oneToken(F16, weight, columns, scratch, out, rowStart, rowEnd);
  else if (tokens == 1 && format == BF16) oneToken(BF16, weight, columns, x, out, rowStart, rowEnd);
  else for (let row = rowStart; row < rowEnd; row += 4) {
    let w = weight + <usize>(row >> 2) * size;
    if (format == F16) widen(F16, w, columns, scratch);
    else if (format == BF16) widen(BF16, w, columns, scratch);
    else if (format != F32) unpackTo(format, w, columns, scratch, 16, 64);
    if (format != F32) w = scratch;
    all(w, min(4, rowEnd - row), columns, x, xBytes, tokens, out + (<usize>row << 2), outBytes);
  }
}
