/** Packed weights back to singles, the same bits as the format's `unpack`: the only rounding is that of the last sum. */
import { groupMinima, groupScales, hasHeader, minimaOf, scalesOf } from "./group";
import { halfFactors, moreFactors } from "./group-halves";
import { groupBytes, hasLevels, hasMin, headerBytes, INTEGERS, IQ4_NL, IQ4_XS, isK, MXFP4, Q2_K, Q3_K, Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0 } from "./packed";
import { bias, quad } from "./quad";
import { HALF_MASK, HALF_UNIT } from "./simd";

/** Four columns of one row, from their four bytes. */
// @ts-ignore: decorator
@inline function row(bytes: i32, format: i32, scale: f32, min: f32, out: usize): void {
  const word = i32x4.splat(bytes);
  const q = i32x4.sub(
    format == Q8_0 || format == INTEGERS || hasLevels(format)
      ? i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(word))
      : i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(word)),
    i32x4.splat(bias(format)),
  );
  let value = f32x4.mul(f32x4.convert_i32x4_s(q), f32x4.splat(scale));
  if (hasMin(format)) value = f32x4.add(value, f32x4.splat(min));
  v128.store(out, value);
}

// prettier-ignore
// @ts-ignore: decorator
@inline function rows(bytes: v128, format: i32, scale: v128, min: v128, out: usize, stride: usize): void {
  row(i32x4.extract_lane(bytes, 0), format, f32x4.extract_lane(scale, 0), f32x4.extract_lane(min, 0), out);
  row(i32x4.extract_lane(bytes, 1), format, f32x4.extract_lane(scale, 1), f32x4.extract_lane(min, 1), out + stride);
  row(i32x4.extract_lane(bytes, 2), format, f32x4.extract_lane(scale, 2), f32x4.extract_lane(min, 2), out + 2 * stride);
  row(i32x4.extract_lane(bytes, 3), format, f32x4.extract_lane(scale, 3), f32x4.extract_lane(min, 3), out + 3 * stride);
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
    } else if (format == Q2_K || format == Q3_K) {
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
    rows(quad(format, p, 0), format, s0, m0, out, stride);
    rows(quad(format, p, 1), format, s0, m0, out + 1 * step, stride);
    rows(quad(format, p, 2), format, s0, m0, out + 2 * step, stride);
    rows(quad(format, p, 3), format, s0, m0, out + 3 * step, stride);
    rows(quad(format, p, 4), format, s1, m1, out + 4 * step, stride);
    rows(quad(format, p, 5), format, s1, m1, out + 5 * step, stride);
    rows(quad(format, p, 6), format, s1, m1, out + 6 * step, stride);
    rows(quad(format, p, 7), format, s1, m1, out + 7 * step, stride);
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
