/** One quad (four columns of the four rows of a band) of a packed group, as bytes. See `packed.ts`. */
import { levels } from "./levels";
import { hasLevels, INTEGERS, Q2_K, Q3_K, Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0 } from "./packed";

/**
 * Quad `j` (a constant, 0…7) of the group at `p`: 0…63, without the offset that Q4_0, Q5_0, Q3_K and Q6_K take off; Q8_0,
 * integers and formats with levels: signed bytes.
 */
// @ts-ignore: decorator
@inline export function quad(format: i32, p: usize, j: i32): v128 {
  if (format == Q8_0 || format == INTEGERS) return v128.load(p + 16 * j);
  if (format == Q2_K || format == Q3_K) {
    const low = v128.and(i32x4.shr_u(v128.load(p + 16 * (j >> 2)), 2 * (j & 3)), i8x16.splat(3));
    return format == Q2_K ? low : v128.or(low, bits(v128.load(p + 32), j, 2, 4));
  }
  const nibble = v128.and(i32x4.shr_u(v128.load(p + 16 * (j & 3)), j < 4 ? 0 : 4), i8x16.splat(15));
  if (hasLevels(format)) return i8x16.swizzle(levels(format), nibble);
  if (format == Q6_K) return v128.or(nibble, bits(v128.load(p + 64 + 16 * (j >> 2)), 2 * (j & 3), 4, 48));
  if (format == Q5_0 || format == Q5_1 || format == Q5_K) return v128.or(nibble, bits(v128.load(p + 64), j, 4, 16));
  return nibble;
}

/** Bits from place `from` on of each byte, moved to place `to`, those of `mask` kept. */
// @ts-ignore: decorator
@inline function bits(v: v128, from: i32, to: i32, mask: i8): v128 {
  return v128.and(from > to ? i32x4.shr_u(v, from - to) : i32x4.shl(v, to - from), i8x16.splat(mask));
}

/** What is taken off each integer of a quad. */
// @ts-ignore: decorator
@inline export function bias(format: i32): i32 {
  return format == Q4_0 ? 8 : format == Q5_0 ? 16 : format == Q3_K ? 4 : format == Q6_K ? 32 : 0;
}
