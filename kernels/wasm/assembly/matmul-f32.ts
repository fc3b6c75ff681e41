/** The matrix product in single precision. */
import { bandBytes, BF16, F16, F32 } from "./packed";
import { HALF_MASK, HALF_UNIT, halves, hidden, loadLanes, storeLanes } from "./simd";
import { unpackRow } from "./embed";
import { unpackBand } from "./unpack";

/** Four columns of a row. */
// @ts-ignore: decorator
@inline function weights(format: i32, p: usize, mask: v128, unit: v128): v128 {
  return format == F32 ? v128.load(p) : format == F16 ? halves(p, mask, unit) : i32x4.shl(v128.load16x4_u(p), 16);
}

/** The sums (s₀ + s₂) + (s₁ + s₃) of four rows, lane by row. */
// @ts-ignore: decorator
@inline function transposeSum(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(i32x4.shuffle(a, b, 0, 1, 4, 5), i32x4.shuffle(a, b, 2, 3, 6, 7));
  const cd = f32x4.add(i32x4.shuffle(c, d, 0, 1, 4, 5), i32x4.shuffle(c, d, 2, 3, 6, 7));
  return f32x4.add(i32x4.shuffle(ab, cd, 0, 2, 4, 6), i32x4.shuffle(ab, cd, 1, 3, 5, 7));
}

/** The products of four rows with one token. `columns` may be any number for F32, else a multiple of 4. */
// prettier-ignore
// @ts-ignore: decorator
@inline function one(format: i32, w0: usize, w1: usize, w2: usize, w3: usize, columns: i32, x: usize): v128 {
  const size: usize = format == F32 ? 16 : 8;
  const mask = hidden(HALF_MASK, columns), unit = hidden(HALF_UNIT, columns);
  let a = f32x4.splat(0), b = a, c = a, d = a;
  for (const end = x + (<usize>(columns & ~3) << 2); x < end; x += 16) {
    const v = v128.load(x);
    a = f32x4.add(a, f32x4.mul(weights(format, w0, mask, unit), v));
    b = f32x4.add(b, f32x4.mul(weights(format, w1, mask, unit), v));
    c = f32x4.add(c, f32x4.mul(weights(format, w2, mask, unit), v));
    d = f32x4.add(d, f32x4.mul(weights(format, w3, mask, unit), v));
    w0 += size, w1 += size, w2 += size, w3 += size;
  }
  if (format == F32 && (columns & 3) != 0) {
    const n = columns & 3, v = loadLanes(x, n);
    a = f32x4.add(a, f32x4.mul(loadLanes(w0, n), v));
    b = f32x4.add(b, f32x4.mul(loadLanes(w1, n), v));
    c = f32x4.add(c, f32x4.mul(loadLanes(w2, n), v));
    d = f32x4.add(d, f32x4.mul(loadLanes(w3, n), v));
  }
  return transposeSum(a, b, c, d);
}

/** The products of four rows of F32 with two tokens; `columns` is a multiple of 4. */
// prettier-ignore
function two(w: usize, stride: usize, columns: i32, x: usize, y: usize, outX: usize, outY: usize, lanes: i32): void {
  let w1 = w + (lanes > 1 ? stride : 0), w2 = w + (lanes > 2 ? 2 * stride : 0), w3 = w + (lanes > 3 ? 3 * stride : 0);
  let a = f32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  for (const end = x + (<usize>columns << 2); x < end; x += 16, y += 16, w += 16, w1 += 16, w2 += 16, w3 += 16) {
    const u = v128.load(x), v = v128.load(y);
    let r = v128.load(w);
    a = f32x4.add(a, f32x4.mul(r, u));
    e = f32x4.add(e, f32x4.mul(r, v));
    r = v128.load(w1);
    b = f32x4.add(b, f32x4.mul(r, u));
    f = f32x4.add(f, f32x4.mul(r, v));
    r = v128.load(w2);
    c = f32x4.add(c, f32x4.mul(r, u));
    g = f32x4.add(g, f32x4.mul(r, v));
    r = v128.load(w3);
    d = f32x4.add(d, f32x4.mul(r, u));
    h = f32x4.add(h, f32x4.mul(r, v));
  }
  storeLanes(outX, transposeSum(a, b, c, d), lanes);
  storeLanes(outY, transposeSum(e, f, g, h), lanes);
}

/** Four rows, `stride` bytes apart, of which `lanes` exist, with all tokens. */
// prettier-ignore
// @ts-ignore: decorator
@inline function band(format: i32, w: usize, stride: usize, lanes: i32, columns: i32, x: usize, xStride: i32, tokens: i32, out: usize, outStride: i32): void {
  const w1 = w + (lanes > 1 ? stride : 0), w2 = w + (lanes > 2 ? 2 * stride : 0), w3 = w + (lanes > 3 ? 3 * stride : 0);
  const xBytes = <usize>xStride << 2, outBytes = <usize>outStride << 2;
  let t = 0;
  if (format == F32 && (columns & 3) == 0) {
    for (; t + 2 <= tokens; t += 2, x += 2 * xBytes, out += 2 * outBytes) two(w, stride, columns, x, x + xBytes, out, out + outBytes, lanes);
  }
  for (; t < tokens; t++, x += xBytes, out += outBytes) storeLanes(out, one(format, w, w1, w2, w3, columns, x), lanes);
}

/**
 * out[t·outStride + r] for rowStart ≤ r < rowEnd of a packed weight in any format. `rowStart` is a multiple of 4.
 * `scratch`: 16·columns bytes.
 */
// prettier-ignore
export function matmulF32(format: i32, weight: usize, columns: i32, x: usize, xStride: i32, tokens: i32, out: usize, outStride: i32, rowStart: i32, rowEnd: i32, scratch: usize): void {
  const single = <usize>columns << 2;
  const isHalf = format == F16 || format == BF16;
  // Halves meet a single token as they are; for more tokens they are unpacked once.
  const direct = format == F32 || (isHalf && tokens == 1 && (columns & 3) == 0);
  const rowBytes = isHalf ? single >> 1 : single;
  for (let row = rowStart; row < rowEnd; row += 4) {
    const lanes = min(4, rowEnd - row), o = out + (<usize>row << 2);
    const w = weight + <usize>row * rowBytes;
    if (direct) {
      if (format == F32) band(F32, w, single, lanes, columns, x, xStride, tokens, o, outStride);
      else if (format == F16) band(F16, w, rowBytes, lanes, columns, x, xStride, tokens, o, outStride);
      else band(BF16, w, rowBytes, lanes, columns, x, xStride, tokens, o, outStride);
      continue;
    }
    if (isHalf) for (let r = 0; r < lanes; r++) unpackRow(format, w + <usize>r * rowBytes, columns, scratch + <usize>r * single);
    else unpackBand(format, weight + <usize>(row >> 2) * bandBytes(format, columns), columns, scratch);
    band(F32, scratch, single, lanes, columns, x, xStride, tokens, o, outStride);
  }
}
