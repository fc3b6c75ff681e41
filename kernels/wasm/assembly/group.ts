/** The scales of a packed group of 32 columns (`packed.ts`), and what is done with the sum of its integers' products. */
import { levels, powers, signedBytes } from "./levels";
import { hasLevels, hasMin, isK, IQ4_XS, MXFP4, Q8_0 } from "./packed";
import { bias, hasFifth, lessShift } from "./quad";
import { LESS, LESS_FLIPPED, SCALE, singles } from "./simd";

/** Whether numbers have a sign, and so must be multiplied whole. */
// @ts-ignore: decorator
@inline export function hasSign(format: i32): bool {
  return format == Q8_0 || hasLevels(format);
}

/** The format's levels, flipped. */
// @ts-ignore: decorator
@inline export function flippedLevels(format: i32, flip: v128): v128 {
  return hasLevels(format) ? v128.xor(levels(format), flip) : flip;
}

/** Whether a header stands before each 256 columns. */
// @ts-ignore: decorator
@inline export function hasHeader(format: i32): bool {
  return isK(format) || format == IQ4_XS;
}

/** The scale of each row in the group at `p`; of formats with a header, in the header. */
// @ts-ignore: decorator
@inline export function scalesOf(format: i32, p: usize, mask: v128, unit: v128): v128 {
  if (format == MXFP4) return powers(p + 64);
  if (hasHeader(format)) return v128.load(p);
  if (format == Q8_0) return singles(v128.load16x4_s(p, 128), mask, unit);
  return singles(hasFifth(format) ? v128.load16x4_s(p, 80) : v128.load16x4_s(p, 64), mask, unit);
}

/** Of formats with minima: those of each row, just so. */
// @ts-ignore: decorator
@inline export function minimaOf(format: i32, p: usize, mask: v128, unit: v128): v128 {
  if (hasHeader(format)) return v128.load(p, 16);
  return singles(hasFifth(format) ? v128.load16x4_s(p, 88) : v128.load16x4_s(p, 72), mask, unit);
}

/** The integer factors of a K format's group, then its offsets, of 16 bits. */
// @ts-ignore: decorator
@inline function factorsOf(format: i32, p: usize): v128 {
  return hasFifth(format) ? v128.load8x8_u(p, 80) : v128.load8x8_u(p, 64);
}

/**
 * What the group at `p` has instead of the scales `d` of its header, if any: them times its integer factors. Exact, being
 * 6 bits times 11, so that one product with the sum rounds as the reference's two do.
 */
// @ts-ignore: decorator
@inline export function groupScales(format: i32, p: usize, d: v128): v128 {
  if (format == IQ4_XS) return f32x4.mul(f32x4.convert_i32x4_s(signedBytes(p + 64)), d);
  if (!isK(format)) return d;
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(factorsOf(format, p))), d);
}

/** And instead of the minima `m` of its header: them times its integer offsets. */
// @ts-ignore: decorator
@inline export function groupMinima(format: i32, p: usize, m: v128): v128 {
  if (!isK(format)) return m;
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(factorsOf(format, p))), m);
}

/** What the sum of a group's products with the activations at `a` begins with. */
// @ts-ignore: decorator
@inline export function startOf(format: i32, a: usize): v128 {
  if (hasSign(format)) return v128.load32_splat(a + SCALE, LESS_FLIPPED - SCALE);
  if (bias(format) == 0) return i32x4.splat(0);
  const less = v128.load32_splat(a + SCALE, LESS - SCALE);
  return lessShift(format) == 0 ? less : i32x4.shr_s(less, lessShift(format));
}

/**
 * A group's part of the results, of the sums of its integers' products as singles: in the order of the reference's operations.
 * `d`, `m`: the rows' scales and minima in the group; `scale`, `total`: the activations'.
 */
// prettier-ignore
// @ts-ignore: decorator
@inline export function partOf(format: i32, sum: v128, d: v128, m: v128, total: v128, scale: v128): v128 {
  let t = f32x4.mul(sum, d);
  if (hasMin(format)) {
    const minima = f32x4.mul(total, m);
    t = isK(format) ? f32x4.sub(t, minima) : f32x4.add(t, minima);
  }
  return f32x4.mul(t, scale);
}
