/** As `group.ts`, for the formats whose halves of a group (16 columns) have their own integer factors: Q2_K, Q3_K, Q6_K. */
import { hasPairs, Q2_K, Q3_K, Q6_K } from "./packed";
import { bias, lessShift } from "./quad";
import { LESS_0, LESS_1, SCALE } from "./simd";

/** The factors of the first half's sums, as singles; of Q2_K and Q3_K those of both, in pairs of 16 bits. */
// @ts-ignore: decorator
@inline export function halfFactors(format: i32, p: usize): v128 {
  if (format == Q2_K) return v128.and(v128.load8x8_u(p, 32), i16x8.splat(15));
  if (format == Q3_K) return v128.load8x8_s(p, 48);
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(v128.load8x8_s(p, 96)));
}

/** Q6_K's factors of the second half's sums, Q2_K's offsets of both in pairs. */
// @ts-ignore: decorator
@inline export function moreFactors(format: i32, p: usize, none: v128): v128 {
  if (format == Q2_K) return i16x8.shr_u(v128.load8x8_u(p, 32), 4);
  return format == Q6_K ? f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(v128.load8x8_s(p, 96))) : none;
}

/** What the sum of the products of the first half, or of the `second`, begins with. */
// @ts-ignore: decorator
@inline export function startOfHalf(format: i32, a: usize, second: bool): v128 {
  if (bias(format) == 0) return i32x4.splat(0);
  const less = second ? v128.load32_splat(a + SCALE, LESS_1 - SCALE) : v128.load32_splat(a + SCALE, LESS_0 - SCALE);
  return lessShift(format) == 0 ? less : i32x4.shr_s(less, lessShift(format));
}

/**
 * A group's part of the results, of the sums of each half: integers where they are multiplied as pairs, else singles.
 * `factor`, `more`: as above; `total`, `scale`: the activations'; `ffff`: low halves of words.
 */
// prettier-ignore
// @ts-ignore: decorator
@inline export function partOfHalves(format: i32, sum: v128, sum1: v128, factor: v128, more: v128, d: v128, m: v128, total: v128, scale: v128, ffff: v128): v128 {
  let t: v128;
  if (!hasPairs(format)) {
    // Exact: 16 products of at most 127 · 32, times 128, twice, is below 2²⁴.
    t = f32x4.mul(sum1, more);
    t = RELAXED ? f32x4.relaxed_madd(sum, factor, t) : f32x4.add(f32x4.mul(sum, factor), t);
  } else {
    t = f32x4.convert_i32x4_s(i32x4.dot_i16x8_s(v128.or(v128.and(sum, ffff), i32x4.shl(sum1, 16)), factor)); // both fit 16 bits
  }
  t = f32x4.mul(t, d);
  if (format == Q2_K) {
    const j = i32x4.dot_i16x8_s(more, total);
    t = f32x4.sub(t, f32x4.mul(f32x4.convert_i32x4_s(j), m));
  }
  return f32x4.mul(t, scale);
}
