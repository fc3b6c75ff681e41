/** As `group.ts`, for the formats whose halves of a group (16 columns) have their own integer factors: Q2_K, Q3_K, Q6_K. */
import { Q2_K, Q3_K, Q6_K } from "./packed";
import { hidden, SCALE, SUM, SUM_0, SUM_PAIR } from "./simd";

/** Whether the format is one of them. */
// @ts-ignore: decorator
@inline export function hasHalves(format: i32): bool {
  return format == Q2_K || format == Q3_K || format == Q6_K;
}

/** The mask of a quad's pairs of bits, where they belong in its bytes. */
// @ts-ignore: decorator
@inline export function pairMask(format: i32, columns: i32): v128 {
  return hidden(format == Q6_K ? 0x30303030 : 0x03030303, columns);
}

// @ts-ignore: decorator
@inline function moved(v: v128, left: i32): v128 {
  return left == 0 ? v : left > 0 ? i32x4.shl(v, left) : i32x4.shr_u(v, -left);
}

/**
 * Quad `j` (a constant, 0…3) of half `half`. `v`: Q6_K's vector `j` of nibbles; `pairs`: the half's pairs of bits; `thirds`:
 * Q3_K's third bits. `mask`: 15s, `pair`: of `pairMask`, `third`: 4s.
 */
// prettier-ignore
// @ts-ignore: decorator
@inline export function halfQuad(format: i32, half: i32, j: i32, v: v128, pairs: v128, thirds: v128, mask: v128, pair: v128, third: v128): v128 {
  const bits = v128.and(moved(pairs, format == Q6_K ? 4 - 2 * j : -2 * j), pair);
  if (format == Q6_K) return v128.or(v128.and(half == 0 ? v : i32x4.shr_u(v, 4), mask), bits);
  return format == Q3_K ? v128.or(bits, v128.and(moved(thirds, 2 - j - 4 * half), third)) : bits;
}

/** The factors of the first half's sums; of Q2_K and Q3_K those of both, in pairs. */
// @ts-ignore: decorator
@inline export function halfFactors(format: i32, p: usize): v128 {
  if (format == Q2_K) return v128.and(v128.load8x8_u(p + 32), i16x8.splat(15));
  if (format == Q3_K) return v128.load8x8_s(p + 48);
  return i32x4.extend_low_i16x8_s(v128.load8x8_s(p + 96));
}

/** Q6_K's factors of the second half's sums, Q2_K's offsets of both in pairs. */
// @ts-ignore: decorator
@inline export function moreFactors(format: i32, p: usize, none: v128): v128 {
  if (format == Q2_K) return i16x8.shr_u(v128.load8x8_u(p + 32), 4);
  return format == Q6_K ? i32x4.extend_high_i16x8_s(v128.load8x8_s(p + 96)) : none;
}

/** A group's part of the results, of the sums of each half. `factor`, `more`: as above; `ffff`: low halves of words. */
// prettier-ignore
// @ts-ignore: decorator
@inline export function partOfHalves(format: i32, sum: v128, sum1: v128, factor: v128, more: v128, d: v128, m: v128, a: usize, ffff: v128): v128 {
  if (format != Q2_K) {
    const s0 = v128.load32_splat(a + SUM_0), s1 = i32x4.sub(v128.load32_splat(a + SUM), s0);
    sum = i32x4.sub(sum, i32x4.shl(s0, format == Q3_K ? 2 : 5));
    sum1 = i32x4.sub(sum1, i32x4.shl(s1, format == Q3_K ? 2 : 5));
  }
  if (format == Q6_K) sum = i32x4.add(i32x4.mul(sum, factor), i32x4.mul(sum1, more));
  else sum = i32x4.dot_i16x8_s(v128.or(v128.and(sum, ffff), i32x4.shl(sum1, 16)), factor); // both fit 16 bits
  let t = f32x4.mul(f32x4.convert_i32x4_s(sum), d);
  if (format == Q2_K) {
    const j = i32x4.dot_i16x8_s(more, v128.load32_splat(a + SUM_PAIR));
    t = f32x4.sub(t, f32x4.mul(f32x4.convert_i32x4_s(j), m));
  }
  return f32x4.mul(t, v128.load32_splat(a + SCALE));
}
