/** The matrix product in single precision. Weights lie in bands of four rows: `packed.ts`. */
import { bandBytes, BF16, F16, F32 } from "./packed";
import { HALF_UNIT, hidden, loadLanes, maxLanes, storeLanes } from "./simd";
import { firstTurn, nextTurn, STREAMS, turnBand, turnGroup, turnStream } from "./streams";
import { unpackTo } from "./unpack";
import { inUnits, lowerPlace, lowerValues, upperMask, upperValues } from "./values";

/** The sums (s₀ + s₂) + (s₁ + s₃) of four rows, lane by row. */
// @ts-ignore: decorator
@inline function transposeSum(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(i32x4.shuffle(a, b, 0, 1, 4, 5), i32x4.shuffle(a, b, 2, 3, 6, 7));
  const cd = f32x4.add(i32x4.shuffle(c, d, 0, 1, 4, 5), i32x4.shuffle(c, d, 2, 3, 6, 7));
  return f32x4.add(i32x4.shuffle(ab, cd, 0, 2, 4, 6), i32x4.shuffle(ab, cd, 1, 3, 5, 7));
}

/**
 * The activations as they meet halves: filled up with zeros to a multiple of 8, and times the unit of F16, so that not each
 * weight has to be: where a factor of a product changes by a power of two and the other by its inverse, it rounds to the
 * same. Answers whether all are small enough for it.
 */
// @ts-ignore: decorator
@inline function laid(format: i32, x: usize, columns: i32, out: usize): bool {
  const unit = hidden(HALF_UNIT, columns);
  let largest = f32x4.splat(0);
  v128.store(out + (<usize>(columns & ~7) << 2), largest, 16);
  for (let left = columns; left > 0; left -= 4, x += 16, out += 16) {
    const v = loadLanes(x, left);
    if (format == F16) largest = f32x4.max(largest, f32x4.abs(v));
    v128.store(out, inUnits(format, v, unit));
  }
  return format != F16 || maxLanes(largest) < 32768;
}

/** Bytes of the weights of a turn. */
// @ts-ignore: decorator
@inline const TURN: usize = 512;

/** Four vectors of sums of each stream. */
// @ts-ignore: decorator
@inline const SUMS: usize = STREAMS * 64;

/** One token with the rows of packed weights, halves as they are, with activations as `laid` lays them. `sums`: `SUMS` bytes. */
// prettier-ignore
// @ts-ignore: decorator
@inline function oneToken(format: i32, weight: usize, columns: i32, x: usize, out: usize, rowStart: i32, rowEnd: i32, sums: usize): void {
  const isF32 = format == F32, activations = isF32 ? TURN / 4 : TURN / 2; // bytes of a turn
  const mask = upperMask(format, columns), place = lowerPlace(columns);
  const band = bandBytes(format, columns), turns = <i32>((band + TURN - 1) / TURN);
  const end = x + (<usize>(isF32 ? columns : (columns + 7) & ~7) << 2);
  for (let more = firstTurn((rowEnd - rowStart + 3) >> 2, turns, 1); more; more = nextTurn()) {
    const row = rowStart + 4 * turnBand, s = sums + (<usize>turnStream << 6);
    let w = weight + <usize>(row >> 2) * band + <usize>turnGroup * TURN;
    let at = x + <usize>turnGroup * activations;
    const to = min(at + activations, end), eightsEnd = isF32 ? at + ((to - at) & ~31) : to;
    let a = f32x4.splat(0), b = a, c = a, d = a;
    if (turnGroup != 0) a = v128.load(s), b = v128.load(s, 16), c = v128.load(s, 32), d = v128.load(s, 48);
    for (; at < eightsEnd; at += 32) {
      const p = v128.load(w), q = v128.load(w, 16), r = v128.load(w, 32), t = v128.load(w, 48);
      let v = v128.load(at);
      a = f32x4.add(a, f32x4.mul(lowerValues(format, p, mask, place), v));
      b = f32x4.add(b, f32x4.mul(lowerValues(format, q, mask, place), v));
      c = f32x4.add(c, f32x4.mul(lowerValues(format, r, mask, place), v));
      d = f32x4.add(d, f32x4.mul(lowerValues(format, t, mask, place), v));
      v = v128.load(at, 16);
      a = f32x4.add(a, f32x4.mul(isF32 ? v128.load(w, 64) : upperValues(format, p, mask), v));
      b = f32x4.add(b, f32x4.mul(isF32 ? v128.load(w, 80) : upperValues(format, q, mask), v));
      c = f32x4.add(c, f32x4.mul(isF32 ? v128.load(w, 96) : upperValues(format, r, mask), v));
      d = f32x4.add(d, f32x4.mul(isF32 ? v128.load(w, 112) : upperValues(format, t, mask), v));
      w += isF32 ? 128 : 64;
    }
    if (isF32) for (; at < to; at += 16, w += 64) {
      const v = loadLanes(at, <i32>(to - at) >> 2);
      a = f32x4.add(a, f32x4.mul(v128.load(w), v));
      b = f32x4.add(b, f32x4.mul(v128.load(w, 16), v));
      c = f32x4.add(c, f32x4.mul(v128.load(w, 32), v));
      d = f32x4.add(d, f32x4.mul(v128.load(w, 48), v));
    }
    if (turnGroup == turns - 1) storeLanes(out + (<usize>row << 2), transposeSum(a, b, c, d), rowEnd - row);
    else v128.store(s, a), v128.store(s, b, 16), v128.store(s, c, 32), v128.store(s, d, 48);
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
  const mask = upperMask(format, columns), place = lowerPlace(columns), unit = hidden(HALF_UNIT, columns);
  for (const end = p + bandBytes(format, columns); p < end; out += 64) {
    for (const row = p + 64; p < row; p += 16, out += 16) {
      const words = v128.load(p);
      v128.store(out, inUnits(format, lowerValues(format, words, mask, place), unit));
      v128.store(out, inUnits(format, upperValues(format, words, mask), unit), 64);
    }
  }
}

/** A band, of which `lanes` rows exist, with all tokens. */
// prettier-ignore
function all(w: usize, lanes: i32, columns: i32, x: usize, xBytes: usize, tokens: i32, out: usize, outBytes: usize, sums: usize): void {
  let t = 0;
  for (; t + 2 <= tokens; t += 2, x += 2 * xBytes, out += 2 * outBytes) two(w, columns, x, x + xBytes, out, out + outBytes, lanes);
  if (t < tokens) oneToken(F32, w, columns, x, out, 0, lanes, sums);
}

/** Bytes of four rows of singles, filled up to multiples of 8: a band unpacked, or (fewer) the activations that meet halves. */
// @ts-ignore: decorator
@inline function rowsBytes(columns: i32): usize {
  return <usize>((columns + 7) & ~7) << 4;
}

/** Scratch memory that a product in single precision of this many columns needs. */
export function singleScratchBytes(columns: i32): usize {
  return rowsBytes(columns) + SUMS;
}

/**
 * out[t·outStride + r] for rowStart ≤ r < rowEnd of a packed weight in any format. `rowStart` is a multiple of 4.
 * `scratch`: `singleScratchBytes`.
 */
// prettier-ignore
export function matmulF32(format: i32, weight: usize, columns: i32, x: usize, xStride: i32, tokens: i32, out: usize, outStride: i32, rowStart: i32, rowEnd: i32, scratch: usize): void {
  const size = bandBytes(format, columns);
  const sums = scratch + rowsBytes(columns);
  const xBytes = <usize>xStride << 2, outBytes = <usize>outStride << 2;
  // Halves meet a single token as they are; for more tokens they are unpacked once.
  if (tokens == 1 && format == F32) oneToken(F32, weight, columns, x, out, rowStart, rowEnd, sums);
  else if (tokens == 1 && format == F16 && laid(F16, x, columns, scratch)) oneToken(F16, weight, columns, scratch, out, rowStart, rowEnd, sums);
  else if (tokens == 1 && format == BF16 && laid(BF16, x, columns, scratch)) oneToken(BF16, weight, columns, scratch, out, rowStart, rowEnd, sums);
  else for (let row = rowStart; row < rowEnd; row += 4) {
    let w = weight + <usize>(row >> 2) * size;
    if (format == F16) widen(F16, w, columns, scratch);
    else if (format == BF16) widen(BF16, w, columns, scratch);
    else if (format != F32) unpackTo(format, w, columns, scratch, 16, 64);
    if (format != F32) w = scratch;
    all(w, min(4, rowEnd - row), columns, x, xBytes, tokens, out + (<usize>row << 2), outBytes, sums);
  }
}
