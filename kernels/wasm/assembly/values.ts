/** Values of F32, F16 and BF16 as singles. */
import { F16, F32 } from "./packed";
import { halves } from "./simd";

/** Four values at `p`. `mask`, `unit`: see `halves`. */
// @ts-ignore: decorator
@inline export function values(format: i32, p: usize, mask: v128, unit: v128): v128 {
  if (format == F32) return v128.load(p);
  return format == F16 ? halves(p, mask, unit) : i32x4.shl(v128.load16x4_u(p), 16);
}
