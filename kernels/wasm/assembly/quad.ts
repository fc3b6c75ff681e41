/** One quad (four columns of the four rows of a band) of a packed group, as bytes. See `packed.ts`. */
import { levels } from "./levels";
import { hasHalves, hasLevels, INTEGERS, Q2_K, Q3_K, Q4_0, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0 } from "./packed";

/** Whether the format's numbers have a fifth bit, apart from the others. */
// @ts-ignore: decorator
@inline export function hasFifth(format: i32): bool {
  return format == Q5_0 || format == Q5_1 || format == Q5_K;
}

/** Whether vectors of nibbles are a part of the group. */
// @ts-ignore: decorator
@inline export function hasNibbles(format: i32): bool {
  return format != Q2_K && format != Q3_K && format != Q8_0 && format != INTEGERS;
}

/** Where a quad's bits that lie apart from the nibbles belong in its bytes: fifth bits, or pairs of bits. */
// @ts-ignore: decorator
@inline export function moreMask(format: i32): u32 {
  return format == Q6_K ? 0x30303030 : hasHalves(format) ? 0x03030303 : 0x10101010;
}

/** Where the fifth bits lie in the group at `p`, or the pairs of bits of quad `j`. */
// @ts-ignore: decorator
@inline export function moreAt(format: i32, p: usize, j: i32): usize {
  return p + (format == Q2_K || format == Q3_K ? 0 : 64) + (hasHalves(format) ? 16 * (j >> 2) : 0);
}

// @ts-ignore: decorator
@inline function moved(v: v128, left: i32): v128 {
  return left == 0 ? v : left > 0 ? i32x4.shl(v, left) : i32x4.shr_u(v, -left);
}

/**
 * Quad `j` (a constant, 0…7) of a group: 0…63, without the offset that Q4_0, Q5_0, Q3_K and Q6_K take off; Q8_0 and
 * formats with levels: signed bytes. `v`: vector j & 3 of the nibbles, of Q8_0 vector j; `more`: at `moreAt`; `thirds`:
 * Q3_K's third bits. `table`: the format's levels, of Q8_0 what is flipped in each byte. `mask`: bytes of 15, `bits`: of
 * `moreMask`, `third`: of 4. What the format has not may be anything.
 */
// prettier-ignore
// @ts-ignore: decorator
@inline export function quadOf(format: i32, j: i32, v: v128, more: v128, thirds: v128, table: v128, mask: v128, bits: v128, third: v128): v128 {
  if (format == Q8_0) return v128.xor(v, table);
  const pair = hasHalves(format) ? v128.and(moved(more, (format == Q6_K ? 4 : 0) - 2 * (j & 3)), bits) : more;
  if (format == Q2_K) return pair;
  if (format == Q3_K) return v128.or(pair, v128.and(moved(thirds, 2 - j), third));
  const nibble = v128.and(j < 4 ? v : i32x4.shr_u(v, 4), mask);
  if (hasLevels(format)) return i8x16.swizzle(table, nibble);
  if (format == Q6_K) return v128.or(nibble, pair);
  return hasFifth(format) ? v128.or(nibble, v128.and(moved(more, 4 - j), bits)) : nibble;
}

/** Quad `j` (a constant, 0…7) of the group at `p`, as `quadOf`; of integers as they are. */
// @ts-ignore: decorator
@inline export function quad(format: i32, p: usize, j: i32): v128 {
  if (format == Q8_0 || format == INTEGERS) return v128.load(p + 16 * j);
  const more = hasFifth(format) || hasHalves(format) ? v128.load(moreAt(format, p, j)) : i32x4.splat(0);
  const v = hasNibbles(format) ? v128.load(p + 16 * (j & 3)) : more;
  const thirds = format == Q3_K ? v128.load(p + 32) : more;
  return quadOf(format, j, v, more, thirds, levels(format), i8x16.splat(15), i32x4.splat(moreMask(format)), i8x16.splat(4));
}

/** What is taken off each integer of a quad: a power of two, or 0. */
// @ts-ignore: decorator
@inline export function bias(format: i32): i32 {
  return format == Q4_0 ? 8 : format == Q5_0 ? 16 : format == Q3_K ? 4 : format == Q6_K ? 32 : 0;
}
