/** Activations to 8-bit integers with a scale for each 32 of them. Layout: `simd.ts`. */
import { ACTIVATION, SCALE, SUM, SUM_0, SUM_PAIR } from "./simd";

// @ts-ignore: decorator
@inline function integers(x: v128, d: v128): v128 {
  const scaled = f32x4.pmax(f32x4.pmin(f32x4.div(x, d), f32x4.splat(127)), f32x4.splat(-127)); // NaN stays
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(scaled)); // NaN becomes 0
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
  const low = i16x8.narrow_i32x4_s(q0, q1), high = i16x8.narrow_i32x4_s(q2, q3);
  if (RELAXED) v128.store(out, i8x16.narrow_i16x8_s(low, high));
  else {
    v128.store(out, i16x8.shuffle(low, low, 0, 2, 1, 3, 4, 6, 5, 7));
    v128.store(out, i16x8.shuffle(high, high, 0, 2, 1, 3, 4, 6, 5, 7), 16);
  }
  return sumLanes(i32x4.add(i32x4.add(q0, q1), i32x4.add(q2, q3)));
}

/** Quantises `columns` values (a multiple of 32) at `x`. */
export function quantizeRow(x: usize, columns: i32, out: usize): void {
  for (const end = x + (<usize>columns << 2); x < end; x += 128, out += ACTIVATION) {
    let largest = f32x4.abs(v128.load(x));
    for (let k: usize = 16; k < 128; k += 16) largest = f32x4.max(largest, f32x4.abs(v128.load(x + k)));
    largest = f32x4.max(largest, i32x4.shuffle(largest, largest, 2, 3, 0, 1));
    largest = f32x4.max(largest, i32x4.shuffle(largest, largest, 1, 0, 3, 2));
    let d = f32x4.extract_lane(largest, 0) / 127;
    f32.store(out + SCALE, d);
    if (d == 0) d = f32.NaN; // even where a tiny value is not 0, all integers are
    const s0 = storeHalf(x, f32x4.splat(d), out);
    const s1 = storeHalf(x + 64, f32x4.splat(d), out + (SCALE >> 1));
    i32.store(out + SUM, s0 + s1);
    i32.store(out + SUM_0, s0);
    i32.store(out + SUM_PAIR, (s0 & 0xffff) | (s1 << 16));
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
