/** The exponential function, lane by lane as `kernels/reference/exp.ts` computes it. */
import { hidden } from "./simd";

/** eˣ of four singles. */
// @ts-ignore: decorator
@inline export function exp(x: v128): v128 {
  const rounder = f32x4.splat(12582912);
  const z = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-105)); // NaN stays NaN
  const shifted = f32x4.add(f32x4.mul(z, f32x4.splat(1.442695)), rounder);
  const n = f32x4.sub(shifted, rounder);
  const high = f32x4.mul(n, f32x4.splat(0.693145751953125)), low = f32x4.mul(n, f32x4.splat(1.4286068e-6));
  const r = f32x4.sub(f32x4.sub(z, high), low);
  let p = f32x4.add(f32x4.mul(f32x4.splat(0.0001989118), r), f32x4.splat(0.0013933821));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.0083333105));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.041666463));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.16666667));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
  const y = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r), f32x4.splat(1));
  const whole = i32x4.sub(shifted, rounder); // n as an integer: the low bits of the shifted single
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(y, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

// @ts-ignore: decorator
@inline function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/**
 * x ← e^(x − largest) for n ≥ 0 numbers, a multiple of 4; returns their lane sums. The constants are hidden from the
 * compiler, since building them costs more than the rest.
 */
// @ts-ignore: decorator
@inline export function expAll(x: usize, n: i32, largest: v128): v128 {
  const rounder = hidden(0x4b400000, n);
  const most = hidden(0x42b20000, n);
  const least = hidden(0xc2d20000, n);
  const perLn2 = hidden(0x3fb8aa3b, n);
  const high = hidden(0x3f317200, n);
  const low = hidden(0x35bfbe8e, n);
  const c6 = hidden(0x395092fb, n);
  const c5 = hidden(0x3ab6a225, n);
  const c4 = hidden(0x3c088870, n);
  const c3 = hidden(0x3d2aaa74, n);
  const c2 = hidden(0x3e2aaaab, n);
  const half = hidden(0x3f000000, n);
  const one = hidden(0x3f800000, n);
  const bias = hidden(127, n);
  let sum = f32x4.splat(0);
  for (const end = x + (<usize>n << 2); x < end; x += 16) {
    const z = f32x4.pmax(f32x4.pmin(f32x4.sub(v128.load(x), largest), most), least);
    const shifted = f32x4.add(f32x4.mul(z, perLn2), rounder);
    const k = f32x4.sub(shifted, rounder);
    const r = f32x4.sub(f32x4.sub(z, f32x4.mul(k, high)), f32x4.mul(k, low));
    let p = f32x4.add(f32x4.mul(c6, r), c5);
    p = f32x4.add(f32x4.mul(p, r), c4);
    p = f32x4.add(f32x4.mul(p, r), c3);
    p = f32x4.add(f32x4.mul(p, r), c2);
    p = f32x4.add(f32x4.mul(p, r), half);
    const y = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r), one);
    const whole = i32x4.sub(shifted, rounder), part = i32x4.shr_s(whole, 1);
    const a = i32x4.shl(i32x4.add(part, bias), 23), b = i32x4.shl(i32x4.add(i32x4.sub(whole, part), bias), 23);
    const e = f32x4.mul(f32x4.mul(y, a), b);
    v128.store(x, e);
    sum = f32x4.add(sum, e);
  }
  return sum;
}

/**
 * As `expAll`, where every x − largest lies from −86 to 0 or is NaN: no clamp, and a power of two that one factor can hold.
 * In three short passes, since what a processor can overlap of a long chain of operations is limited by how many
 * operations may wait. `spare`: 8·n bytes.
 */
// @ts-ignore: decorator
@inline export function expClose(x: usize, n: i32, largest: v128, spare: usize): v128 {
  const end = x + (<usize>n << 2), part = spare - x, power = part + (<usize>n << 2);
  const perLn2 = hidden(0x3fb8aa3b, n), high = hidden(0x3f317200, n), low = hidden(0x35bfbe8e, n);
  const rounder = hidden(0x4b40007e, n); // even as that of the others, and the exponent's bias less one where the shift finds it
  for (let at = x; at < end; at += 16) {
    const z = f32x4.sub(v128.load(at), largest);
    const shifted = f32x4.add(f32x4.mul(z, perLn2), rounder);
    const k = f32x4.sub(shifted, rounder);
    v128.store(at, f32x4.sub(f32x4.sub(z, f32x4.mul(k, high)), f32x4.mul(k, low)));
    v128.store(at + power, i32x4.shl(shifted, 23));
  }
  const c6 = hidden(0x395092fb, n), c5 = hidden(0x3ab6a225, n), c4 = hidden(0x3c088870, n), c3 = hidden(0x3d2aaa74, n);
  for (let at = x; at < end; at += 16) {
    const r = v128.load(at);
    let p = f32x4.add(f32x4.mul(c6, r), c5);
    p = f32x4.add(f32x4.mul(p, r), c4);
    v128.store(at + part, f32x4.add(f32x4.mul(p, r), c3));
  }
  const c2 = hidden(0x3e2aaaab, n), half = hidden(0x3f000000, n), one = hidden(0x3f800000, n);
  let sum = f32x4.splat(0);
  for (let at = x; at < end; at += 16) {
    const r = v128.load(at);
    let p = f32x4.add(f32x4.mul(v128.load(at + part), r), c2);
    p = f32x4.add(f32x4.mul(p, r), half);
    const y = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r), one);
    const e = f32x4.mul(f32x4.add(y, y), v128.load(at + power));
    v128.store(at, e);
    sum = f32x4.add(sum, e);
  }
  return sum;
}
