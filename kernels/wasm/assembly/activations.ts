/** What feed-forward networks of other models than LLaMA do between their matrices. `out` may be an input. */
import { gelu } from "./elementwise";
import { exp } from "./exp";
import { loadLanes, storeLanes } from "./simd";

// @ts-ignore: decorator
@inline const GEGLU_HALF: i32 = 0;
// @ts-ignore: decorator
@inline const SWIGLU_CLAMPED: i32 = 1;

/**
 * Four singles below 2¹⁵ rounded to the nearest halves. Adding 1.5·2²³ units of a half's last place leaves no bits below
 * it; below 2⁻¹⁴ that place is 2⁻²⁴.
 */
// @ts-ignore: decorator
@inline function roundToHalf(x: v128): v128 {
  const exponent = i32x4.max_s(v128.and(x, i32x4.splat(0x7f800000)), i32x4.splat((127 - 14) << 23));
  const rounder = v128.or(i32x4.add(exponent, i32x4.splat(13 << 23)), i32x4.splat(0x400000));
  const rounded = f32x4.sub(f32x4.add(f32x4.abs(x), rounder), rounder);
  return v128.or(rounded, v128.and(x, i32x4.splat(0x80000000)));
}

/** As `geluHalfOf` of `kernels/reference`. */
// @ts-ignore: decorator
@inline function geluHalfOf(x: v128): v128 {
  let y = roundToHalf(gelu(roundToHalf(x)));
  y = v128.bitselect(x, y, f32x4.ge(x, f32x4.splat(10)));
  return v128.andnot(y, f32x4.le(x, f32x4.splat(-10)));
}

// @ts-ignore: decorator
@inline function swigluClampedOf(gate: v128, up: v128): v128 {
  const one = f32x4.splat(1);
  const g = f32x4.min(gate, f32x4.splat(7));
  const u = f32x4.max(f32x4.splat(-7), f32x4.min(f32x4.splat(7), up));
  const share = f32x4.div(g, f32x4.add(one, exp(f32x4.neg(f32x4.mul(f32x4.splat(1.702), g)))));
  return f32x4.mul(share, f32x4.add(u, one));
}

// prettier-ignore
// @ts-ignore: decorator
@inline function gate(operation: i32, gate: usize, gateStride: i32, up: usize, upStride: i32, rows: i32, n: i32, out: usize, outStride: i32): void {
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < n; k += 4) {
      const at = <usize>k << 2;
      const x = loadLanes(gate + at, n - k), y = loadLanes(up + at, n - k);
      storeLanes(out + at, operation == GEGLU_HALF ? f32x4.mul(geluHalfOf(x), y) : swigluClampedOf(x, y), n - k);
    }
    gate += <usize>gateStride << 2;
    up += <usize>upStride << 2;
    out += <usize>outStride << 2;
  }
}

/** out = gelu(gate)·up by way of half precision, as `swiglu` otherwise. */
// prettier-ignore
export function gegluHalf(gatePointer: usize, gateStride: i32, up: usize, upStride: i32, rows: i32, n: i32, out: usize, outStride: i32): void {
  gate(GEGLU_HALF, gatePointer, gateStride, up, upStride, rows, n, out, outStride);
}

/** The gate of gpt-oss, as `swiglu` otherwise. */
// prettier-ignore
export function swigluClamped(gatePointer: usize, gateStride: i32, up: usize, upStride: i32, rows: i32, n: i32, out: usize, outStride: i32): void {
  gate(SWIGLU_CLAMPED, gatePointer, gateStride, up, upStride, rows, n, out, outStride);
}

/** out = gelu(x) by way of half precision */
export function geluHalf(x: usize, n: i32, out: usize): void {
  for (let left = n; left > 0; left -= 4, x += 16, out += 16) storeLanes(out, geluHalfOf(loadLanes(x, left)), left);
}

/** out = max(x, 0)² */
export function reluSquared(x: usize, n: i32, out: usize): void {
  for (let left = n; left > 0; left -= 4, x += 16, out += 16) {
    const y = f32x4.max(loadLanes(x, left), f32x4.splat(0));
    storeLanes(out, f32x4.mul(y, y), left);
  }
}

/** out = x bounded to ±limit */
export function clamp(x: usize, limit: f32, n: i32, out: usize): void {
  const most = f32x4.splat(limit), least = f32x4.splat(-limit);
  for (let left = n; left > 0; left -= 4, x += 16, out += 16) {
    storeLanes(out, f32x4.max(least, f32x4.min(most, loadLanes(x, left))), left);
  }
}

/** out = x·sigmoid of the single at `gate` */
export function sigmoidGate(x: usize, gate: usize, n: i32, out: usize): void {
  const one = f32x4.splat(1);
  const share = f32x4.div(one, f32x4.add(one, exp(f32x4.neg(v128.load32_splat(gate)))));
  for (let left = n; left > 0; left -= 4, x += 16, out += 16) {
    storeLanes(out, f32x4.mul(loadLanes(x, left), share), left);
  }
}

/** sum += x·factor, the product rounded first; where `factor` is 1, sum += x. */
export function addScaled(sum: usize, x: usize, factor: f32, n: i32): void {
  for (let left = n; left > 0; left -= 4, x += 16, sum += 16) {
    storeLanes(sum, f32x4.add(loadLanes(sum, left), f32x4.mul(loadLanes(x, left), f32x4.splat(factor))), left);
  }
}
