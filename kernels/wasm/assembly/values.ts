/** Values of F32, F16 and BF16 as singles. */
import { F16, F32 } from "./packed";
import { singles } from "./simd";

/** Four values, as they lie in memory (halves, those of BF16 too, as `load16x4_s` reads them). `mask`, `unit`: see `singles`. */
// @ts-ignore: decorator
@inline export function widened(format: i32, words: v128, mask: v128, unit: v128): v128 {
  if (format == F32) return words;
  return format == F16 ? singles(words, mask, unit) : i32x4.shl(words, 16);
}

/** Four values at `p`. */
// @ts-ignore: decorator
@inline export function values(format: i32, p: usize, mask: v128, unit: v128): v128 {
  return widened(format, format == F32 ? v128.load(p) : v128.load16x4_s(p), mask, unit);
}
