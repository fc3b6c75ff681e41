/** Small pieces that the kernels share. Everything here is inlined. */

/**
 * One group of 32 quantised activations: the 32 integers, the scale (f32), the sum of the 32 (f32), and what depends on
 * sums. The integers are bytes; in the plain instruction set 16-bit, each four in the order 0, 2, 1, 3.
 */
// @ts-ignore: decorator
@inline export const ACTIVATION: usize = RELAXED ? 60 : 92;
// @ts-ignore: decorator
@inline export const SCALE: usize = RELAXED ? 32 : 64;
// @ts-ignore: decorator
@inline export const SUM: usize = SCALE + 4;
/** With which sums of products begin, so that what a bias of the weights adds is taken off: −32 times the sum of a half, */
// @ts-ignore: decorator
@inline export const LESS_0: usize = SCALE + 8;
// @ts-ignore: decorator
@inline export const LESS_1: usize = SCALE + 12;
/** The sums of both halves of 16 as a pair of i16. */
// @ts-ignore: decorator
@inline export const SUM_PAIR: usize = SCALE + 16;
/** −16 times the sum of all, */
// @ts-ignore: decorator
@inline export const LESS: usize = SCALE + 20;
/** and where bit 7 of the weights is flipped −128 times it, else 0. */
// @ts-ignore: decorator
@inline export const LESS_FLIPPED: usize = SCALE + 24;
/** Bytes of four integers of it. */
// @ts-ignore: decorator
@inline export const QUAD: usize = RELAXED ? 4 : 8;

/**
 * Loads what nothing needs. Before a load that spreads a value V8 adds its offset to the memory's start, unless one before
 * the loop had the same offset: that sum is still in a register.
 */
// @ts-ignore: decorator
@inline export function keepOffsets(a: usize): void {
  if (!RELAXED) return;
  v128.load32_splat(a, QUAD);
  v128.load32_splat(a, 2 * QUAD);
  v128.load32_splat(a, 3 * QUAD);
}

/**
 * Stores what nobody reads. Engines of a few years ago (TurboFan, before V8 12) place loads first and all that needs them
 * last, until no register is left; what is stored they have computed by then.
 */
// @ts-ignore: decorator
@inline export function settle(v: v128, spare: usize): void {
  if (!RELAXED) v128.store(spare, v);
}

/**
 * A constant vector that the compiler cannot see through: `from` is never negative. Engines build a vector constant anew
 * at every use, in three instructions; what they cannot know to be constant they keep in a register.
 */
// @ts-ignore: decorator
@inline export function hidden(value: u32, from: i32): v128 {
  return i32x4.splat(value + (<u32>from >>> 31));
}

/** `hidden` constants for `halves`. */
// @ts-ignore: decorator
@inline export const HALF_MASK: u32 = 0x8fffe000;
// @ts-ignore: decorator
@inline export const HALF_UNIT: u32 = 0x77800000; // 2¹¹²

/** Four halves, as `load16x4_s` reads them, as singles: their bits in a single's place, times 2¹¹². Exact where finite. */
// @ts-ignore: decorator
@inline export function singles(words: v128, mask: v128, unit: v128): v128 {
  return f32x4.mul(v128.and(i32x4.shl(words, 13), mask), unit);
}

/** A finite half as a single. */
// @ts-ignore: decorator
@inline export function single(half: u32): f32 {
  return reinterpret<f32>(((half & 0x8000) << 16) | ((half & 0x7fff) << 13)) * reinterpret<f32>(HALF_UNIT);
}

/** Four halves at `p` as singles. */
// @ts-ignore: decorator
@inline export function halves(p: usize, mask: v128, unit: v128): v128 {
  return singles(v128.load16x4_s(p), mask, unit);
}

/** Stores the first `lanes` (1…4) of four singles. */
// @ts-ignore: decorator
@inline export function storeLanes(p: usize, v: v128, lanes: i32): void {
  if (lanes >= 4) v128.store(p, v);
  else {
    v128.store32_lane(p, v, 0);
    if (lanes > 1) v128.store32_lane(p, v, 1, 4);
    if (lanes > 2) v128.store32_lane(p, v, 2, 8);
  }
}

/** The first `lanes` (1…4, or more) of four singles, zeros after them. */
// @ts-ignore: decorator
@inline export function loadLanes(p: usize, lanes: i32): v128 {
  if (lanes >= 4) return v128.load(p);
  let v = v128.load32_zero(p);
  if (lanes > 1) v = v128.load32_lane(p, v, 1, 4);
  if (lanes > 2) v = v128.load32_lane(p, v, 2, 8);
  return v;
}

/** The sum of four lanes, (s₀ + s₂) + (s₁ + s₃). */
// @ts-ignore: decorator
@inline export function sumLanes(s: v128): f32 {
  s = f32x4.add(s, i32x4.shuffle(s, s, 2, 3, 0, 1));
  return f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1);
}

/** The largest lane; NaN if one is NaN. */
// @ts-ignore: decorator
@inline export function maxLanes(m: v128): f32 {
  m = f32x4.max(m, i32x4.shuffle(m, m, 2, 3, 0, 1));
  return max(f32x4.extract_lane(m, 0), f32x4.extract_lane(m, 1));
}
