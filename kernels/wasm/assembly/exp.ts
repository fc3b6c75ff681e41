/** The exponential function, lane by lane as `kernels/reference/exp.ts` computes it. */
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
