/** Operations that treat every value alike. `out` may be an input. Lengths need not be multiples of 4. */
import { exp } from "./exp";
import { loadLanes, storeLanes } from "./simd";
import { tanh } from "./tanh";

// @ts-ignore: decorator
@inline const ADD: i32 = 0;
// @ts-ignore: decorator
@inline const MULTIPLY: i32 = 1;
// @ts-ignore: decorator
@inline const SWIGLU: i32 = 2;
// @ts-ignore: decorator
@inline const GEGLU: i32 = 3;

// @ts-ignore: decorator
@inline function silu(x: v128): v128 {
  return f32x4.div(x, f32x4.add(f32x4.splat(1), exp(f32x4.neg(x))));
}

// @ts-ignore: decorator
@inline export function gelu(x: v128): v128 {
  const one = f32x4.splat(1);
  const cubic = f32x4.mul(f32x4.mul(f32x4.splat(0.044715), x), x);
  const inner = f32x4.mul(f32x4.mul(f32x4.splat(0.7978845608028654), x), f32x4.add(one, cubic));
  return f32x4.mul(f32x4.mul(f32x4.splat(0.5), x), f32x4.add(one, tanh(inner)));
}

// @ts-ignore: decorator
@inline function binary(operation: i32, a: usize, b: usize, n: i32, out: usize): void {
  for (let left = n; left > 0; left -= 4, a += 16, b += 16, out += 16) {
    const x = loadLanes(a, left), y = loadLanes(b, left);
    let z = f32x4.mul(x, y);
    if (operation == ADD) z = f32x4.add(x, y);
    if (operation == SWIGLU) z = f32x4.mul(silu(x), y);
    if (operation == GEGLU) z = f32x4.mul(gelu(x), y);
    storeLanes(out, z, left);
  }
}

/** out = a + b */
export function add(a: usize, b: usize, n: i32, out: usize): void {
  binary(ADD, a, b, n, out);
}

/** out = a·b */
export function multiply(a: usize, b: usize, n: i32, out: usize): void {
  binary(MULTIPLY, a, b, n, out);
}

/** out = silu(gate)·up for each of `rows` rows of n values; rows of the three lie `…Stride` values apart. */
// prettier-ignore
export function swiglu(gate: usize, gateStride: i32, up: usize, upStride: i32, rows: i32, n: i32, out: usize, outStride: i32): void {
  for (let row = 0; row < rows; row++) {
    binary(SWIGLU, gate, up, n, out);
    gate += <usize>gateStride << 2;
    up += <usize>upStride << 2;
    out += <usize>outStride << 2;
  }
}

/** out = gelu(gate)·up, as `swiglu`. */
// prettier-ignore
export function geglu(gate: usize, gateStride: i32, up: usize, upStride: i32, rows: i32, n: i32, out: usize, outStride: i32): void {
  for (let row = 0; row < rows; row++) {
    binary(GEGLU, gate, up, n, out);
    gate += <usize>gateStride << 2;
    up += <usize>upStride << 2;
    out += <usize>outStride << 2;
  }
}

/** x[t][i] += bias[i], in place; rows of x lie `stride` values apart. */
export function addBias(x: usize, stride: i32, bias: usize, tokens: i32, n: i32): void {
  for (let t = 0; t < tokens; t++) {
    binary(ADD, x, bias, n, x);
    x += <usize>stride << 2;
  }
}

/** out = x·factor */
export function scale(x: usize, factor: f32, n: i32, out: usize): void {
  for (let left = n; left > 0; left -= 4, x += 16, out += 16) {
    storeLanes(out, f32x4.mul(loadLanes(x, left), f32x4.splat(factor)), left);
  }
}

/** out = cap·tanh(x / cap) */
export function softCap(x: usize, cap: f32, n: i32, out: usize): void {
  const c = f32x4.splat(cap);
  for (let left = n; left > 0; left -= 4, x += 16, out += 16) {
    storeLanes(out, f32x4.mul(c, tanh(f32x4.div(loadLanes(x, left), c))), left);
  }
}
