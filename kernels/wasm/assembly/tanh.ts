/** The hyperbolic tangent, lane by lane as `kernels/reference/tanh.ts` computes it. */
import { exp } from "./exp";

// @ts-ignore: decorator
@inline export function tanh(x: v128): v128 {
  const a = f32x4.abs(x);
  const s = f32x4.mul(x, x);
  let p = f32x4.add(f32x4.mul(f32x4.splat(-0.0060967142), s), f32x4.splat(0.02099718));
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(-0.053850908));
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(0.13332769));
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(-0.33333328));
  const near = f32x4.add(x, f32x4.mul(f32x4.mul(x, s), p));
  const one = f32x4.splat(1);
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exp(f32x4.mul(f32x4.splat(2), a)), one)));
  const signed = v128.bitselect(f32x4.neg(far), far, f32x4.lt(x, f32x4.splat(0)));
  return v128.bitselect(near, signed, f32x4.lt(a, f32x4.splat(0.625)));
}
