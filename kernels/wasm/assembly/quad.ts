/** One quad (four columns of the four rows of a band) of a packed group, as bytes. See `packed.ts`. */
import { levels } from "./levels";
import { hasHalves, hasLevels, hasPairs, INTEGERS, Q2_K, Q3_K, Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0 } from "./packed";

/** Whether the format's numbers have a fifth bit, apart from the others. */
// @ts-ignore: decorator
@inline export function hasFifth(format: i32): bool {
  return format == Q5_0 || format == Q5_1 || format == Q5_K;
}

/** Vectors of numbers that a group begins with. */
// @ts-ignore: decorator
@inline export function vectors(format: i32): i32 {
  if (format == Q8_0 || format == INTEGERS) return 8;
  return format == Q6_K ? 6 : hasFifth(format) ? 5 : format == Q3_K ? 3 : format == Q2_K ? 2 : 4;
}

/** Whether the plain instruction set multiplies nibbles where they lie, without making bytes of them. */
// @ts-ignore: decorator
@inline export function isInPlace(format: i32): bool {
  return !RELAXED && (format == Q4_0 || format == Q4_1 || format == Q4_K);
}

/** Which bits of a byte are a number of their own: `mask` of `quadOf`. */
// @ts-ignore: decorator
@inline export function ownMask(format: i32): u32 {
  return format == Q6_K ? 0x3f3f3f3f : hasFifth(format) ? 0x1f1f1f1f : 0x0f0f0f0f;
}

/** Where a byte has two bits of another number, as they are after a shift: `pair`. */
// @ts-ignore: decorator
@inline export const PAIR: u32 = 0x03030303;

/** And where a single one: `bit`. */
// @ts-ignore: decorator
@inline export function bitMask(format: i32): u32 {
  return format == Q3_K ? 0x04040404 : 0x20202020;
}

// @ts-ignore: decorator
@inline function moved(v: v128, left: i32): v128 {
  return left == 0 ? v : left > 0 ? i32x4.shl(v, left) : i32x4.shr_u(v, -left);
}

/**
 * Quad `j` (a constant, 0…7) of a group: 0…63, without the offset that Q4_0, Q5_0, Q3_K and Q6_K take off; Q8_0 and
 * formats with levels: signed bytes. `a`: vector `ownVector` of the group; `b`, `c`: the vectors with the rest of it, in
 * their order. `table`: the format's levels, of Q8_0 what is flipped in each byte. `mask`, `pair`, `bit`: as above. What
 * the quad has no use for may be anything.
 */
// prettier-ignore
// @ts-ignore: decorator
@inline export function quadOf(format: i32, j: i32, a: v128, b: v128, c: v128, table: v128, mask: v128, pair: v128, bit: v128): v128 {
  if (format == INTEGERS) return a;
  if (format == Q8_0) return v128.xor(a, table);
  if (format == Q6_K) {
    if ((j & 3) != 3) return v128.and(a, mask);
    const two = v128.or(i32x4.shr_u(v128.andnot(a, mask), 2), v128.andnot(b, mask));
    return i32x4.shr_u(v128.or(i32x4.shr_u(two, 2), v128.andnot(c, mask)), 2);
  }
  if (hasFifth(format)) {
    if (j < 5) return v128.and(a, mask);
    const upper = i32x4.shr_u(v128.andnot(a, mask), 3);
    if (j < 7) return v128.or(upper, v128.and(i32x4.shr_u(b, 6), pair));
    return v128.or(v128.or(upper, i32x4.shr_u(v128.and(b, bit), 4)), i32x4.shr_u(v128.and(c, bit), 5));
  }
  if (hasPairs(format)) {
    const two = v128.and((j & 3) == 0 ? a : i32x4.shr_u(a, 2 * (j & 3)), pair);
    if (format == Q2_K) return two;
    return v128.or(two, v128.and(j < 2 ? i32x4.shl(b, 2 - j) : j == 2 ? b : i32x4.shr_u(b, j - 2), bit));
  }
  const nibble = v128.and(j < 4 ? a : i32x4.shr_u(a, 4), mask);
  return hasLevels(format) ? i8x16.swizzle(table, nibble) : nibble;
}

/** The vector of a group in which quad `j` lies, or the first of them. */
// @ts-ignore: decorator
@inline function ownVector(format: i32, j: i32): i32 {
  if (format == Q8_0 || format == INTEGERS) return j;
  if (format == Q6_K) return 3 * (j >> 2) + ((j & 3) == 3 ? 0 : j & 3);
  if (hasFifth(format)) return j < 5 ? j : 2 * j - 10;
  return hasPairs(format) ? j >> 2 : j & 3;
}

/** Quad `j` (a constant, 0…7) of the group at `p`, as `quadOf`; of Q8_0 and integers as they are. */
// @ts-ignore: decorator
@inline export function quad(format: i32, p: usize, j: i32): v128 {
  const a = v128.load(p + 16 * ownVector(format, j));
  if (format == Q8_0 || format == INTEGERS) return a;
  let b = a, c = a;
  if (format == Q3_K) b = v128.load(p, 32);
  if (format == Q6_K && (j & 3) == 3) b = v128.load(p + 48 * (j >> 2), 16), c = v128.load(p + 48 * (j >> 2), 32);
  if (hasFifth(format) && j > 4) b = v128.load(p + (j == 6 ? 48 : 16)), c = v128.load(p, 48);
  const mask = i32x4.splat(ownMask(format)), pair = i32x4.splat(PAIR), bit = i32x4.splat(bitMask(format));
  return quadOf(format, j, a, b, c, levels(format), mask, pair, bit);
}

/** What is taken off each integer of a quad: a power of two, or 0. */
// @ts-ignore: decorator
@inline export function bias(format: i32): i32 {
  return format == Q4_0 ? 8 : format == Q5_0 ? 16 : format == Q3_K ? 4 : format == Q6_K ? 32 : 0;
}

/** How far the stored −16 times a group's sum (`LESS`), or −32 times a half's (`LESS_0`), is shifted to be −bias times it. */
// @ts-ignore: decorator
@inline export function lessShift(format: i32): i32 {
  return (hasHalves(format) ? 5 : 4) - ctz(bias(format));
}
