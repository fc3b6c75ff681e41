/** Activations to 8-bit integers with a scale for each 32 of them. Layout: `simd.ts`. */
import { ACTIVATION, LESS, LESS_0, LESS_1, LESS_FLIPPED, SCALE, SUM, SUM_PAIR } from "./simd";
import { flippedPart } from "./whole-bytes";

/** 1.5 · 2²³: a number of at most 2²² added to it is rounded to an integer, half to even, which its last bits then are. */
// @ts-ignore: decorator
@inline const ROUNDER: f32 = 12582912;

// @ts-ignore: decorator
@inline function integers(x: v128, d: v128): v128 {
  return i32x4.sub(f32x4.add(f32x4.div(x, d), f32x4.splat(ROUNDER)), i32x4.splat(reinterpret<i32>(ROUNDER)));
}

// @ts-ignore: decorator
@inline function magnitude(x: usize): v128 {
  return v128.and(v128.load(x), i32x4.splat(0x7fffffff));
}

// @ts-ignore: decorator
@inline function sumLanes(v: v128): i32 {
  v = i32x4.add(v, i32x4.shuffle(v, v, 2, 3, 0, 1));
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1);
}

/** Stores 16 integers and answers their sum. */
// @ts-ignore: decorator
@inline function storeHalf(x: usize, d: v128, out: usize): i32 {
  const q0 = integers(v128.load(x), d), q1 = integers(v128.load(x, 16), d);
  const q2 = integers(v128.load(x, 32), d), q3 = integers(v128.load(x, 48), d);
  const bytes = i8x16.max_s(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(q0, q1), i16x8.narrow_i32x4_s(q2, q3)), i8x16.splat(-127));
  const low = i16x8.extend_low_i8x16_s(bytes), high = i16x8.extend_high_i8x16_s(bytes);
  if (RELAXED) v128.store(out, bytes);
  else {
    v128.store(out, i16x8.shuffle(low, low, 0, 2, 1, 3, 4, 6, 5, 7));
    v128.store(out, i16x8.shuffle(high, high, 0, 2, 1, 3, 4, 6, 5, 7), 16);
  }
  return sumLanes(i32x4.dot_i16x8_s(i16x8.add(low, high), i16x8.splat(1)));
}

/** Quantises `columns` values (a multiple of 32) at `x`. */
export function quantizeRow(x: usize, columns: i32, out: usize): void {
  for (const end = x + (<usize>columns << 2); x < end; x += 128, out += ACTIVATION) {
    // Without their signs the bits of numbers are in the numbers' order, infinity and NaN above all others.
    let largest = magnitude(x);
    for (let k: usize = 16; k < 128; k += 16) largest = i32x4.max_s(largest, magnitude(x + k));
    largest = i32x4.max_s(largest, i32x4.shuffle(largest, largest, 2, 3, 0, 1));
    largest = i32x4.max_s(largest, i32x4.shuffle(largest, largest, 1, 0, 3, 2));
    const d = f32x4.extract_lane(largest, 0) / 127;
    f32.store(out + SCALE, d);
    if (!(d > 0 && d <= f32.MAX_VALUE)) {
      // 0 / 0, and what is finite over infinity, all become the integer 0.
      memory.fill(out, 0, SCALE);
      memory.fill(out + SUM, 0, ACTIVATION - SUM);
      continue;
    }
    const s0 = storeHalf(x, f32x4.splat(d), out);
    const s1 = storeHalf(x + 64, f32x4.splat(d), out + (SCALE >> 1));
    f32.store(out + SUM, <f32>(s0 + s1));
    i32.store(out + SUM_PAIR, (s0 & 0xffff) | (s1 << 16));
    i32.store(out + LESS_0, -32 * s0);
    i32.store(out + LESS_1, -32 * s1);
    i32.store(out + LESS, -16 * (s0 + s1));
    i32.store(out + LESS_FLIPPED, -flippedPart(s0 + s1));
  }
}

/** Quantises the rows of `tokens` tokens, `stride` values apart; `out` holds columns / 32 groups for each token. */
export function quantizeActivation(x: usize, stride: i32, tokens: i32, columns: i32, out: usize): void {
  for (let t = 0; t < tokens; t++) {
    quantizeRow(x, columns, out);
    x += <usize>stride << 2;
    out += <usize>(columns >> 5) * ACTIVATION;
  }
}

/** Bytes of 32 quantised activations. */
export function activationBytes(): i32 {
  return <i32>ACTIVATION;
}
