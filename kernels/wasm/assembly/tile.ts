/**
 * The activations of a tile, some tokens whose products with a group of weights are computed while it is unpacked, laid
 * anew: group by group, within a group token by token. So they are read one after another, and where the nearest cache
 * has no room for them the processor asks for those that follow.
 */
import { hasSign } from "./group";
import { hasHalves, hasMin, hasPairs } from "./packed";
import { lessShift } from "./quad";
import { ACTIVATION, LESS, LESS_0, LESS_1, LESS_FLIPPED, SCALE, SUM, SUM_PAIR } from "./simd";

/** Tokens of a tile at most, and bytes of its activations. */
// @ts-ignore: decorator
@inline const TILE: i32 = 64;
// @ts-ignore: decorator
@inline const TILE_BYTES: i32 = 1 << 19;

/** Bytes of a token's group: the integers, then (`TAIL`) the scale and two words that depend on the format. */
// @ts-ignore: decorator
@inline export const LAID: usize = SCALE + 12;
// @ts-ignore: decorator
@inline export const TAIL: usize = SCALE;
/** Of weights with minima: the activations' sum (f32), of Q2_K the sums of both halves (a pair of i16). */
// @ts-ignore: decorator
@inline const TOTAL: usize = 4;
/** Of others: what the sum of the products begins with (i32), or that of the first half, and that of the second. */
// @ts-ignore: decorator
@inline const START: usize = 4;
// @ts-ignore: decorator
@inline const START_1: usize = 8;

/**
 * 1.5 · 2²³. Sums of products that begin with its bits are, as singles, that much more than the sum, if it is at most 2²²:
 * a subtraction turns them into singles, where a conversion would take the place of a product.
 */
// @ts-ignore: decorator
@inline export const ROUNDER: i32 = 0x4b400000;

/** Tokens of a tile of this many columns. */
export function tileTokens(columns: i32): i32 {
  return max(1, min(TILE, TILE_BYTES / ((columns >> 5) * <i32>LAID)));
}

/** What `settle` needs. */
// @ts-ignore: decorator
@inline export const SPARE: usize = 16;

/** Scratch memory that a product of this many columns needs: four sums of each token, `SPARE`, then the activations. */
export function productScratchBytes(columns: i32): i32 {
  return tileTokens(columns) * (16 + (columns >> 5) * <i32>LAID) + <i32>SPARE;
}

/** Lays the activations of `count` tokens at `x` for weights of a format. */
export function layTile(format: i32, x: usize, count: i32, columns: i32, out: usize): void {
  const tokenBytes = <usize>(columns >> 5) * ACTIVATION;
  const rounder = RELAXED ? ROUNDER : 0;
  for (const end = x + tokenBytes; x < end; x += ACTIVATION) {
    for (let t = 0, a = x; t < count; t++, a += tokenBytes, out += LAID) {
      for (let i: usize = 0; i < SCALE; i += 16) v128.store(out + i, v128.load(a + i));
      const tail = out + TAIL;
      i32.store(tail, i32.load(a + SCALE));
      if (hasMin(format)) i32.store(tail, i32.load(a + (hasHalves(format) ? SUM_PAIR : SUM)), TOTAL);
      else if (hasHalves(format)) {
        const begin = hasPairs(format) ? 0 : rounder;
        i32.store(tail, begin + (i32.load(a + LESS_0) >> lessShift(format)), START);
        i32.store(tail, begin + (i32.load(a + LESS_1) >> lessShift(format)), START_1);
      } else {
        const less = hasSign(format) ? i32.load(a + LESS_FLIPPED) : i32.load(a + LESS) >> lessShift(format);
        i32.store(tail, rounder + less, START);
      }
    }
  }
}

/** What a laid group of activations at `a` has for the weights' minima. */
// @ts-ignore: decorator
@inline export function totalOf(format: i32, a: usize, none: v128): v128 {
  return hasMin(format) ? v128.load32_splat(a + TAIL, TOTAL) : none;
}

/** And what sums of products begin with, or those of the second half. `rounder`: `ROUNDER`, spread. */
// @ts-ignore: decorator
@inline export function startOfLaid(format: i32, a: usize, rounder: v128): v128 {
  if (hasMin(format)) return RELAXED && !hasPairs(format) ? rounder : i32x4.splat(0);
  return v128.load32_splat(a + TAIL, START);
}
// @ts-ignore: decorator
@inline export function startOfLaid1(format: i32, a: usize): v128 {
  return hasMin(format) ? i32x4.splat(0) : v128.load32_splat(a + TAIL, START_1);
}

/** Sums of products that began so, as singles; where they go on as pairs of 16 bits, as they are. */
// @ts-ignore: decorator
@inline export function sumsOf(format: i32, sum: v128, rounder: v128): v128 {
  if (hasPairs(format)) return sum;
  return RELAXED ? f32x4.sub(sum, rounder) : f32x4.convert_i32x4_s(sum);
}
