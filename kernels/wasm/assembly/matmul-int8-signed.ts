/**
 * The matrix product of packed weights (`packed.ts`) with quantised activations, for the formats whose integers have a
 * sign, other than Q8_0: nibbles that number levels, and integers as such.
 */
import { levels, powers, signedBytes } from "./levels";
import { product as wholeProduct } from "./matmul-int8";
import { dot, first, join, ODD, second } from "./matmul-int8-q8";
import { bandBytes, groupBytes, headerBytes, INTEGERS, IQ4_NL, IQ4_XS, MXFP4 } from "./packed";
import { ACTIVATION, HALF_MASK, HALF_UNIT, halves, hidden, QUAD, SCALE, storeLanes } from "./simd";
import { multipliesWholeBytes } from "./whole-bytes";

/** Tokens for which a group is unpacked once. */
// @ts-ignore: decorator
@inline const TILE: i32 = 16;

/** Where the sums of a group's first half are kept, for each token, while the second is unpacked. */
// @ts-ignore: decorator
@inline const PARTIAL: usize = 16 * 16;

/** Quad `j` of half `half` (a constant) of the group at `p`. */
// @ts-ignore: decorator
@inline function signedQuad(format: i32, half: i32, p: usize, j: usize, table: v128, mask: v128): v128 {
  if (format == INTEGERS) return v128.load(p + 64 * half + 16 * j);
  const both = v128.load(p + 16 * j);
  return i8x16.swizzle(table, v128.and(half == 0 ? both : i32x4.shr_u(both, 4), mask));
}

/** Adds one half (a constant) of a group to the sums of all tokens. */
// prettier-ignore
// @ts-ignore: decorator
@inline function addHalf(
  format: i32, half: i32, p: usize, a: usize, tokenBytes: usize, scratch: usize, scratchEnd: usize,
  table: v128, mask: v128, low: v128, bit: v128, factor: v128, scale: v128,
): void {
  const w0 = signedQuad(format, half, p, 0, table, mask), w1 = signedQuad(format, half, p, 1, table, mask);
  const w2 = signedQuad(format, half, p, 2, table, mask), w3 = signedQuad(format, half, p, 3, table, mask);
  const l0 = first(w0, low), l1 = first(w1, low), l2 = first(w2, low), l3 = first(w3, low);
  const h0 = second(w0, bit), h1 = second(w1, bit), h2 = second(w2, bit), h3 = second(w3, bit);
  a += <usize>half * 4 * QUAD;
  for (let s = scratch; s < scratchEnd; s += 16, a += tokenBytes) {
    let s0 = dot(i32x4.splat(0), l0, v128.load32_splat(a)), s1 = dot(i32x4.splat(0), h0, v128.load32_splat(a, ODD));
    s0 = dot(s0, l1, v128.load32_splat(a, QUAD)), s1 = dot(s1, h1, v128.load32_splat(a, QUAD + ODD));
    s0 = dot(s0, l2, v128.load32_splat(a, 2 * QUAD)), s1 = dot(s1, h2, v128.load32_splat(a, 2 * QUAD + ODD));
    s0 = dot(s0, l3, v128.load32_splat(a, 3 * QUAD)), s1 = dot(s1, h3, v128.load32_splat(a, 3 * QUAD + ODD));
    let sum = join(s0, s1);
    if (format == INTEGERS || format == IQ4_XS) sum = i32x4.mul(sum, factor);
    if (half == 0) v128.store(s + PARTIAL, sum);
    else {
      const whole = f32x4.convert_i32x4_s(i32x4.add(sum, v128.load(s + PARTIAL)));
      const t = f32x4.mul(f32x4.mul(whole, scale), v128.load32_splat(a, SCALE - 4 * QUAD));
      v128.store(s, f32x4.add(v128.load(s), t));
    }
  }
}

// prettier-ignore
// @ts-ignore: decorator
@inline function product(
  format: i32, weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32,
  rowStart: i32, rowEnd: i32, scratch: usize,
): void {
  if (format != INTEGERS && multipliesWholeBytes()) {
    wholeProduct(format, weight, columns, x, tokens, out, outStride, rowStart, rowEnd, scratch);
    return;
  }
  const low = hidden(0x7f7f7f7f, columns), bit = hidden(0x01010101, columns), mask = hidden(0x0f0f0f0f, columns);
  const halfMask = hidden(HALF_MASK, columns), unit = hidden(HALF_UNIT, columns);
  const table = levels(format);
  const band = bandBytes(format, columns);
  const tokenBytes = <usize>(columns >> 5) * ACTIVATION;
  for (let token = 0; token < tokens; token += TILE) {
    const scratchEnd = scratch + 16 * min(TILE, tokens - token);
    let p = weight + <usize>(rowStart >> 2) * band;
    for (let row = rowStart; row < rowEnd; row += 4) {
      let d = f32x4.splat(0), f0 = d, f1 = d;
      for (let s = scratch; s < scratchEnd; s += 16) v128.store(s, d);
      let group = x;
      for (let k = 0; k < columns; k += 32) {
        if (format == IQ4_XS) {
          if ((k & 255) == 0) d = v128.load(p), p += headerBytes(IQ4_XS);
          f0 = f1 = signedBytes(p + 64);
        }
        if (format == IQ4_NL) d = halves(p + 64, halfMask, unit);
        if (format == MXFP4) d = powers(p + 64);
        if (format == INTEGERS) {
          const both = v128.load(p, 128);
          f0 = i32x4.shr_s(i32x4.shl(both, 16), 16), f1 = i32x4.shr_s(both, 16);
          d = v128.load(p, 144);
        }
        addHalf(format, 0, p, group, tokenBytes, scratch, scratchEnd, table, mask, low, bit, f0, d);
        addHalf(format, 1, p, group, tokenBytes, scratch, scratchEnd, table, mask, low, bit, f1, d);
        p += groupBytes(format);
        group += ACTIVATION;
      }
      let o = out + (<usize>row << 2);
      for (let s = scratch; s < scratchEnd; s += 16, o += <usize>outStride << 2) storeLanes(o, v128.load(s), rowEnd - row);
    }
    x += <usize>TILE * tokenBytes;
    out += <usize>TILE * (<usize>outStride << 2);
  }
}

// prettier-ignore
export function matmulIQ4_NL(weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32, rowStart: i32, rowEnd: i32, scratch: usize): void {
  product(IQ4_NL, weight, columns, x, tokens, out, outStride, rowStart, rowEnd, scratch);
}
// prettier-ignore
export function matmulIQ4_XS(weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32, rowStart: i32, rowEnd: i32, scratch: usize): void {
  product(IQ4_XS, weight, columns, x, tokens, out, outStride, rowStart, rowEnd, scratch);
}
// prettier-ignore
export function matmulMXFP4(weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32, rowStart: i32, rowEnd: i32, scratch: usize): void {
  product(MXFP4, weight, columns, x, tokens, out, outStride, rowStart, rowEnd, scratch);
}
// prettier-ignore
export function matmulIntegers(weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32, rowStart: i32, rowEnd: i32, scratch: usize): void {
  product(INTEGERS, weight, columns, x, tokens, out, outStride, rowStart, rowEnd, scratch);
}
