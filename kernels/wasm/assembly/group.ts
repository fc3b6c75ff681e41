/** The scales of a packed group of 32 columns (`packed.ts`), and what is done with the sum of its integers' products. */
import { levels, powers, signedBytes } from "./levels";
import { hasLevels, hasMin, isK, IQ4_XS, MXFP4, Q8_0 } from "./packed";
import { bias, hasFifth } from "./quad";
import { halves, SCALE, SUM } from "./simd";
import { flippedPart } from "./whole-bytes";

/** Whether numbers have a sign, and so must be multiplied whole. */
// @ts-ignore: decorator
@inline function hasSign(format: i32): bool {
  return format == Q8_0 || hasLevels(format);
}

/** The format's levels, flipped. */
// @ts-ignore: decorator
@inline export function flippedLevels(format: i32, flip: v128): v128 {
  return hasLevels(format) ? v128.xor(levels(format), flip) : flip;
}

/** Bytes from a group's beginning to its scales. */
// @ts-ignore: decorator
@inline function scalesAt(format: i32): usize {
  return format == Q8_0 ? 128 : hasFifth(format) ? 80 : 64;
}

/** Whether a header stands before each 256 columns. */
// @ts-ignore: decorator
@inline export function hasHeader(format: i32): bool {
  return isK(format) || format == IQ4_XS;
}

/** The scale of each row in the group at `p`; of formats with a header, in the header. */
// @ts-ignore: decorator
@inline export function scalesOf(format: i32, p: usize, mask: v128, unit: v128): v128 {
  return format == MXFP4 ? powers(p + 64) : halves(hasHeader(format) ? p : p + scalesAt(format), mask, unit);
}

/** Of formats with minima: those of each row, just so. */
// @ts-ignore: decorator
@inline export function minimaOf(format: i32, p: usize, mask: v128, unit: v128): v128 {
  return halves(hasHeader(format) ? p + 8 : p + scalesAt(format) + 8, mask, unit);
}

/**
 * The integer factor of each row in the group at `p`, where the format has one: as singles, whose products with the sums are
 * exact, being below 2²⁴.
 */
// @ts-ignore: decorator
@inline export function factorsOf(format: i32, p: usize, d: v128): v128 {
  if (format == IQ4_XS) return f32x4.convert_i32x4_s(signedBytes(p + 64));
  return isK(format) ? f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(v128.load8x8_u(p + scalesAt(format)))) : d;
}

/** And the integer offset, of formats with both. */
// @ts-ignore: decorator
@inline export function offsetsOf(format: i32, p: usize, d: v128): v128 {
  return isK(format) ? i32x4.extend_high_i16x8_u(v128.load8x8_u(p + scalesAt(format))) : d;
}

/**
 * A group's part of the results, of the sums of its integers' products: in the order of the reference's operations.
 * `d`, `m`: the rows' scales and minima; `a`: the group's activations.
 */
// prettier-ignore
// @ts-ignore: decorator
@inline export function partOf(format: i32, sum: v128, factor: v128, offset: v128, d: v128, m: v128, a: usize, flip: v128): v128 {
  if (hasSign(format)) sum = i32x4.sub(sum, flippedPart(a, flip));
  if (bias(format) != 0) sum = i32x4.sub(sum, i32x4.shl(v128.load32_splat(a + SUM), ctz(bias(format))));
  let t = f32x4.convert_i32x4_s(sum);
  if (hasHeader(format)) t = f32x4.mul(t, factor);
  t = f32x4.mul(t, d);
  if (isK(format)) {
    const j = i32x4.dot_i16x8_s(offset, v128.load32_splat(a + SUM)); // offsets are pairs (offset, 0)
    t = f32x4.sub(t, f32x4.mul(f32x4.convert_i32x4_s(j), m));
  } else if (hasMin(format)) {
    t = f32x4.add(t, f32x4.mul(f32x4.convert_i32x4_s(v128.load32_splat(a + SUM)), m));
  }
  return f32x4.mul(t, v128.load32_splat(a + SCALE));
}
