/** Packed weights back to singles, the same bits as the format's `unpack`: the only rounding is that of the last sum. */
import { groupMinima, groupScales, hasHeader, hasSign, minimaOf, scalesOf } from "./group";
import { halfFactors, moreFactors } from "./group-halves";
import { groupBytes, hasMin, hasPairs, headerBytes, INTEGERS, IQ4_NL, IQ4_XS, isK, MXFP4, Q2_K, Q3_K, Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0 } from "./packed";
import { bias, quad } from "./quad";
import { HALF_MASK, HALF_UNIT } from "./simd";

/** Four columns of a row. */
// @ts-ignore: decorator
@inline function row(format: i32, integers: v128, scale: v128, min: v128, out: usize): void {
  const value = f32x4.mul(f32x4.convert_i32x4_s(integers), scale);
  v128.store(out, hasMin(format) ? f32x4.add(value, min) : value);
}

/** A quad of four rows, `stride` bytes apart. Of the format it matters only whether numbers have a sign, and a minimum. */
// prettier-ignore
// @ts-ignore: decorator
@inline function rows(format: i32, bytes: v128, less: i32, scale: v128, min: v128, out: usize, stride: usize): void {
  const isSigned = hasSign(format) || format == INTEGERS, bias = i16x8.splat(<i16>less);
  const a = isSigned ? i16x8.extend_low_i8x16_s(bytes) : i16x8.sub(i16x8.extend_low_i8x16_u(bytes), bias);
  const b = isSigned ? i16x8.extend_high_i8x16_s(bytes) : i16x8.sub(i16x8.extend_high_i8x16_u(bytes), bias);
  row(format, i32x4.extend_low_i16x8_s(a), i32x4.shuffle(scale, scale, 0, 0, 0, 0), i32x4.shuffle(min, min, 0, 0, 0, 0), out);
  row(format, i32x4.extend_high_i16x8_s(a), i32x4.shuffle(scale, scale, 1, 1, 1, 1), i32x4.shuffle(min, min, 1, 1, 1, 1), out + stride);
  row(format, i32x4.extend_low_i16x8_s(b), i32x4.shuffle(scale, scale, 2, 2, 2, 2), i32x4.shuffle(min, min, 2, 2, 2, 2), out + 2 * stride);
  row(format, i32x4.extend_high_i16x8_s(b), i32x4.shuffle(scale, scale, 3, 3, 3, 3), i32x4.shuffle(min, min, 3, 3, 3, 3), out + 3 * stride);
}

// Three functions that all formats share: inlined everywhere they were a quarter of the module.
function rowsWithSign(bytes: v128, scale: v128, out: usize, stride: usize): void {
  rows(INTEGERS, bytes, 0, scale, scale, out, stride);
}
function rowsWithMin(bytes: v128, scale: v128, min: v128, out: usize, stride: usize): void {
  rows(Q4_1, bytes, 0, scale, min, out, stride);
}
function rowsLess(bytes: v128, less: i32, scale: v128, out: usize, stride: usize): void {
  rows(Q4_0, bytes, less, scale, scale, out, stride);
}

// @ts-ignore: decorator
@inline function quadRows(format: i32, bytes: v128, scale: v128, min: v128, out: usize, stride: usize): void {
  if (hasSign(format) || format == INTEGERS) rowsWithSign(bytes, scale, out, stride);
  else if (hasMin(format)) rowsWithMin(bytes, scale, min, out, stride);
  else rowsLess(bytes, bias(format), scale, out, stride);
}

/** Unpacks the band at `p` to singles: rows `stride` bytes apart, each four columns of a row `step` bytes apart. */
// @ts-ignore: decorator
@inline function unpackAs(format: i32, p: usize, columns: i32, out: usize, stride: usize, step: usize): void {
  const mask = i32x4.splat(HALF_MASK), unit = i32x4.splat(HALF_UNIT);
  let d = f32x4.splat(0), m = d;
  for (let k = 0; k < columns; k += 32) {
    if (format == INTEGERS) d = v128.load(p, 144);
    else if (!hasHeader(format) || (k & 255) == 0) {
      d = scalesOf(format, p, mask, unit);
      if (hasMin(format)) m = minimaOf(format, p, mask, unit);
      if (isK(format)) m = f32x4.neg(m);
      p += headerBytes(format);
    }
    let s0 = d, s1 = d, m0 = m, m1 = m;
    if (format == INTEGERS) {
      const both = v128.load(p, 128);
      s0 = f32x4.mul(d, f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.shl(both, 16), 16)));
      s1 = f32x4.mul(d, f32x4.convert_i32x4_s(i32x4.shr_s(both, 16)));
    } else if (hasPairs(format)) {
      const f = halfFactors(format, p);
      s0 = f32x4.mul(d, f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.shl(f, 16), 16)));
      s1 = f32x4.mul(d, f32x4.convert_i32x4_s(i32x4.shr_s(f, 16)));
      if (format == Q2_K) {
        const offsets = moreFactors(format, p, d);
        m0 = f32x4.mul(m, f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.shl(offsets, 16), 16)));
        m1 = f32x4.mul(m, f32x4.convert_i32x4_s(i32x4.shr_s(offsets, 16)));
      }
    } else if (format == Q6_K) {
      s0 = f32x4.mul(d, halfFactors(format, p));
      s1 = f32x4.mul(d, moreFactors(format, p, d));
    } else {
      s0 = s1 = groupScales(format, p, d);
      m0 = m1 = groupMinima(format, p, m);
    }
    quadRows(format, quad(format, p, 0), s0, m0, out, stride);
    quadRows(format, quad(format, p, 1), s0, m0, out + 1 * step, stride);
    quadRows(format, quad(format, p, 2), s0, m0, out + 2 * step, stride);
    quadRows(format, quad(format, p, 3), s0, m0, out + 3 * step, stride);
    quadRows(format, quad(format, p, 4), s1, m1, out + 4 * step, stride);
    quadRows(format, quad(format, p, 5), s1, m1, out + 5 * step, stride);
    quadRows(format, quad(format, p, 6), s1, m1, out + 6 * step, stride);
    quadRows(format, quad(format, p, 7), s1, m1, out + 7 * step, stride);
    p += groupBytes(format);
    out += 8 * step;
  }
}

/** Unpacks a band of a quantised format. Rows of singles lie `stride` bytes apart, four columns of a row `step` bytes. */
export function unpackTo(format: i32, p: usize, columns: i32, out: usize, stride: usize, step: usize): void {
  switch (format) {
    case Q4_0: unpackAs(Q4_0, p, columns, out, stride, step); break;
    case Q4_1: unpackAs(Q4_1, p, columns, out, stride, step); break;
    case Q5_0: unpackAs(Q5_0, p, columns, out, stride, step); break;
    case Q5_1: unpackAs(Q5_1, p, columns, out, stride, step); break;
    case Q8_0: unpackAs(Q8_0, p, columns, out, stride, step); break;
    case Q2_K: unpackAs(Q2_K, p, columns, out, stride, step); break;
    case Q3_K: unpackAs(Q3_K, p, columns, out, stride, step); break;
    case Q4_K: unpackAs(Q4_K, p, columns, out, stride, step); break;
    case Q5_K: unpackAs(Q5_K, p, columns, out, stride, step); break;
    case Q6_K: unpackAs(Q6_K, p, columns, out, stride, step); break;
    case IQ4_NL: unpackAs(IQ4_NL, p, columns, out, stride, step); break;
    case IQ4_XS: unpackAs(IQ4_XS, p, columns, out, stride, step); break;
    case MXFP4: unpackAs(MXFP4, p, columns, out, stride, step); break;
    case INTEGERS: unpackAs(INTEGERS, p, columns, out, stride, step); break;
  }
}

/** Unpacks a band of a quantised format: four rows of singles, row after row at `out`. */
export function unpackBand(format: i32, p: usize, columns: i32, out: usize): void {
  unpackTo(format, p, columns, out, <usize>columns << 2, 16);
}
