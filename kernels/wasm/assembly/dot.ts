/**
 * Integer products of four rows' weights with one token's activations, lane by row. All sums are exact. Offsets are
 * written as such in every load: to a sum of an address and a number, which may wrap around, the engine must add apart.
 */
import { QUAD, settle } from "./simd";

/** acc + the products of four bytes of each row (`w`, 0…127) with a quad of activations, spread. */
// @ts-ignore: decorator
@inline export function dot8(acc: v128, w: v128, x: v128): v128 {
  return i32x4.relaxed_dot_i8x16_i7x16_add_s(x, w, acc);
}

/** acc + the products of two 16-bit integers of each row with two activations, spread. */
// @ts-ignore: decorator
@inline export function dot16(acc: v128, w: v128, x: v128): v128 {
  return i32x4.add(acc, i32x4.dot_i16x8_s(w, x));
}

/**
 * acc + the products of four quads of each row with half a group of activations at `a`. The plain instruction set
 * multiplies as 16-bit numbers: of each quad bytes 0 and 2 of each row (`low` masks them), then bytes 1 and 3.
 * `spare`: 16 bytes for `settle`.
 */
// prettier-ignore
// @ts-ignore: decorator
@inline export function dotHalf(acc: v128, w0: v128, w1: v128, w2: v128, w3: v128, a: usize, low: v128, spare: usize): v128 {
  if (RELAXED) {
    acc = dot8(dot8(acc, w0, v128.load32_splat(a)), w1, v128.load32_splat(a, QUAD));
    return dot8(dot8(acc, w2, v128.load32_splat(a, 2 * QUAD)), w3, v128.load32_splat(a, 3 * QUAD));
  }
  acc = dot16(acc, v128.and(w0, low), v128.load32_splat(a));
  acc = dot16(acc, i16x8.shr_u(w0, 8), v128.load32_splat(a, 4));
  acc = dot16(acc, v128.and(w1, low), v128.load32_splat(a, QUAD));
  acc = dot16(acc, i16x8.shr_u(w1, 8), v128.load32_splat(a, QUAD + 4));
  settle(acc, spare);
  acc = dot16(acc, v128.and(w2, low), v128.load32_splat(a, 2 * QUAD));
  acc = dot16(acc, i16x8.shr_u(w2, 8), v128.load32_splat(a, 2 * QUAD + 4));
  acc = dot16(acc, v128.and(w3, low), v128.load32_splat(a, 3 * QUAD));
  acc = dot16(acc, i16x8.shr_u(w3, 8), v128.load32_splat(a, 3 * QUAD + 4));
  settle(acc, spare);
  return acc;
}

/**
 * The products of a group's 32 nibbles, without moving them: three of a 16-bit number's four nibbles count 1, 16 or 256
 * times too much, which is taken off the sums. `n0`, `n1`, `n2` mask the lowest three. `spare`: 16 bytes for `settle`.
 * Plain instruction set only.
 */
// prettier-ignore
// @ts-ignore: decorator
@inline export function sumNibbles(v0: v128, v1: v128, v2: v128, v3: v128, a: usize, n0: v128, n1: v128, n2: v128, spare: usize): v128 {
  let s0 = i32x4.dot_i16x8_s(v128.and(v0, n0), v128.load32_splat(a));
  let s1 = i32x4.dot_i16x8_s(v128.and(v0, n1), v128.load32_splat(a, 4 * QUAD));
  let s2 = i32x4.dot_i16x8_s(v128.and(v0, n2), v128.load32_splat(a, 4));
  s0 = dot16(s0, i16x8.shr_u(v0, 12), v128.load32_splat(a, 4 * QUAD + 4));
  let sum = joined(s0, s1, s2);
  settle(sum, spare);
  s0 = i32x4.dot_i16x8_s(v128.and(v1, n0), v128.load32_splat(a, QUAD));
  s1 = i32x4.dot_i16x8_s(v128.and(v1, n1), v128.load32_splat(a, 5 * QUAD));
  s2 = i32x4.dot_i16x8_s(v128.and(v1, n2), v128.load32_splat(a, QUAD + 4));
  s0 = dot16(s0, i16x8.shr_u(v1, 12), v128.load32_splat(a, 5 * QUAD + 4));
  sum = i32x4.add(sum, joined(s0, s1, s2));
  settle(sum, spare);
  s0 = i32x4.dot_i16x8_s(v128.and(v2, n0), v128.load32_splat(a, 2 * QUAD));
  s1 = i32x4.dot_i16x8_s(v128.and(v2, n1), v128.load32_splat(a, 6 * QUAD));
  s2 = i32x4.dot_i16x8_s(v128.and(v2, n2), v128.load32_splat(a, 2 * QUAD + 4));
  s0 = dot16(s0, i16x8.shr_u(v2, 12), v128.load32_splat(a, 6 * QUAD + 4));
  sum = i32x4.add(sum, joined(s0, s1, s2));
  settle(sum, spare);
  s0 = i32x4.dot_i16x8_s(v128.and(v3, n0), v128.load32_splat(a, 3 * QUAD));
  s1 = i32x4.dot_i16x8_s(v128.and(v3, n1), v128.load32_splat(a, 7 * QUAD));
  s2 = i32x4.dot_i16x8_s(v128.and(v3, n2), v128.load32_splat(a, 3 * QUAD + 4));
  s0 = dot16(s0, i16x8.shr_u(v3, 12), v128.load32_splat(a, 7 * QUAD + 4));
  return i32x4.add(sum, joined(s0, s1, s2));
}

/** Products of nibbles at bits 0 and 12, at bits 4 and at bits 8. */
// @ts-ignore: decorator
@inline function joined(s0: v128, s1: v128, s2: v128): v128 {
  return i32x4.add(s0, i32x4.add(i32x4.shr_s(s1, 4), i32x4.shr_s(s2, 8)));
}
