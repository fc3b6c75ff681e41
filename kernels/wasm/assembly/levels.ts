/** The formats whose nibbles number levels: `levels.ts` of the formats. */
import { MXFP4 } from "./packed";

/** The sixteen levels: of MXFP4 twice the values of E2M1, of the others IQ4_NL's. */
// @ts-ignore: decorator
@inline export function levels(format: i32): v128 {
  return format == MXFP4
    ? i8x16(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12)
    : i8x16(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);
}

/** MXFP4's scales 2^(e − 128) of the four exponents at `p`. Below e = 2 they are denormal. */
// @ts-ignore: decorator
@inline export function powers(p: usize): v128 {
  const e = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(p)));
  const normal = i32x4.shl(i32x4.sub(e, i32x4.splat(1)), 23);
  const denormal = i32x4.shl(i32x4.add(e, i32x4.splat(1)), 21);
  return v128.bitselect(denormal, normal, i32x4.lt_s(e, i32x4.splat(2)));
}

/** The four bytes at `p` with their signs. */
// @ts-ignore: decorator
@inline export function signedBytes(p: usize): v128 {
  return i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(p)));
}
