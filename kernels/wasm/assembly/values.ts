/** Values of F32, F16 and BF16 as singles. A vector of halves holds columns j and j + 4 in word j: `packed.ts`. */
import { BF16, F16, F32 } from "./packed";
import { HALF_MASK, hidden } from "./simd";

/** Which bits of a word are the single of its upper half. `from` is never negative: see `hidden`. */
// @ts-ignore: decorator
@inline export function upperMask(format: i32, from: i32): v128 {
  return hidden(format == BF16 ? 0xffff0000 : HALF_MASK, from);
}

/** By what words are multiplied, as pairs of 16 bits, so that the lower half comes into a single's place. */
// @ts-ignore: decorator
@inline export function lowerPlace(from: i32): v128 {
  return hidden(1 << 13, from);
}

/** The first four values of a vector; of F16 without their unit, 2¹¹². `mask`, `place`: as above. */
// @ts-ignore: decorator
@inline export function lowerValues(format: i32, words: v128, mask: v128, place: v128): v128 {
  if (format == F32) return words;
  return format == F16 ? v128.and(i32x4.dot_i16x8_s(words, place), mask) : i32x4.shl(words, 16);
}

/** The other four of a vector of halves. */
// @ts-ignore: decorator
@inline export function upperValues(format: i32, words: v128, mask: v128): v128 {
  return v128.and(format == F16 ? i32x4.shr_s(words, 3) : words, mask);
}

/** Values of F16 times their unit; others as they are. */
// @ts-ignore: decorator
@inline export function inUnits(format: i32, values: v128, unit: v128): v128 {
  return format == F16 ? f32x4.mul(values, unit) : values;
}
