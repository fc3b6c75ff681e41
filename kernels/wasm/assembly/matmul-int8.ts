/**
 * The matrix product of packed weights (`packed.ts`) with quantised activations, for the formats whose 32 columns of a
 * group share one integer factor. The accumulator's lanes are the four rows of a band.
 */
import { bandBytes, groupBytes, hasMin, isK, Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K } from "./packed";
import { ACTIVATION, HALF_MASK, HALF_UNIT, halves, hidden, QUAD, SCALE, storeLanes, SUM } from "./simd";
import { dot, sumNibbles } from "./dot";

/** Tokens for which a group is unpacked once. */
// @ts-ignore: decorator
@inline const TILE: i32 = 16;

// @ts-ignore: decorator
@inline function hasFifth(format: i32): bool {
  return format == Q5_0 || format == Q5_1 || format == Q5_K;
}

// prettier-ignore
// @ts-ignore: decorator
@inline function product(
  format: i32, weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32,
  rowStart: i32, rowEnd: i32, scratch: usize,
): void {
  const mask = hidden(0x0f0f0f0f, columns), bit = hidden(0x10101010, columns), low = hidden(0x00ff00ff, columns);
  const halfMask = hidden(HALF_MASK, columns), unit = hidden(HALF_UNIT, columns);
  const band = bandBytes(format, columns);
  const tokenBytes = <usize>(columns >> 5) * ACTIVATION;
  // The plain instruction set multiplies nibbles where they lie.
  const inPlace = !RELAXED && !hasFifth(format);
  const n0 = hidden(0x000f000f, columns), n1 = hidden(0x00f000f0, columns), n2 = hidden(0x0f000f00, columns);
  for (let first = 0; first < tokens; first += TILE) {
    const count = min(TILE, tokens - first);
    const scratchEnd = scratch + 16 * count;
    let p = weight + <usize>(rowStart >> 2) * band;
    for (let row = rowStart; row < rowEnd; row += 4) {
      let acc = f32x4.splat(0);
      for (let s = scratch; s < scratchEnd; s += 16) v128.store(s, acc);
      let d = acc, m = acc;
      let group = x;
      for (let k = 0; k < columns; k += 32) {
        if (isK(format)) {
          if ((k & 255) == 0) {
            d = halves(p, halfMask, unit);
            m = halves(p + 8, halfMask, unit);
            p += 16;
          }
        } else {
          const at = p + (hasFifth(format) ? 80 : 64);
          d = halves(at, halfMask, unit);
          if (hasMin(format)) m = halves(at + 8, halfMask, unit);
        }
        let w0 = v128.load(p), w1 = v128.load(p, 16), w2 = v128.load(p, 32), w3 = v128.load(p, 48);
        let w4 = w0, w5 = w1, w6 = w2, w7 = w3;
        if (!inPlace) {
          w4 = v128.and(i32x4.shr_u(w0, 4), mask), w5 = v128.and(i32x4.shr_u(w1, 4), mask);
          w6 = v128.and(i32x4.shr_u(w2, 4), mask), w7 = v128.and(i32x4.shr_u(w3, 4), mask);
          w0 = v128.and(w0, mask), w1 = v128.and(w1, mask), w2 = v128.and(w2, mask), w3 = v128.and(w3, mask);
        }
        if (hasFifth(format)) {
          const fifth = v128.load(p, 64);
          w0 = v128.or(w0, v128.and(i32x4.shl(fifth, 4), bit));
          w1 = v128.or(w1, v128.and(i32x4.shl(fifth, 3), bit));
          w2 = v128.or(w2, v128.and(i32x4.shl(fifth, 2), bit));
          w3 = v128.or(w3, v128.and(i32x4.shl(fifth, 1), bit));
          w4 = v128.or(w4, v128.and(fifth, bit));
          w5 = v128.or(w5, v128.and(i32x4.shr_u(fifth, 1), bit));
          w6 = v128.or(w6, v128.and(i32x4.shr_u(fifth, 2), bit));
          w7 = v128.or(w7, v128.and(i32x4.shr_u(fifth, 3), bit));
        }
        let factor = d, offset = d;
        if (isK(format)) {
          const both = v128.load8x8_u(p + (hasFifth(format) ? 80 : 64));
          factor = i32x4.extend_low_i16x8_u(both);
          offset = i32x4.extend_high_i16x8_u(both);
        }
        p += groupBytes(format);
        let a = group, s = scratch;
        for (;;) {
          let sum: v128;
          if (inPlace) sum = sumNibbles(w0, w1, w2, w3, a, n0, n1, n2);
          else {
            sum = dot(i32x4.splat(0), w0, a, low);
            let sum2 = dot(i32x4.splat(0), w4, a + 4 * QUAD, low);
            let sum1 = dot(i32x4.splat(0), w1, a + QUAD, low);
            let sum3 = dot(i32x4.splat(0), w5, a + 5 * QUAD, low);
            sum = dot(sum, w2, a + 2 * QUAD, low);
            sum2 = dot(sum2, w6, a + 6 * QUAD, low);
            sum1 = dot(sum1, w3, a + 3 * QUAD, low);
            sum3 = dot(sum3, w7, a + 7 * QUAD, low);
            sum = i32x4.add(i32x4.add(sum, sum1), i32x4.add(sum2, sum3));
          }
          if (format == Q4_0) sum = i32x4.sub(sum, i32x4.shl(v128.load32_splat(a + SUM), 3));
          if (format == Q5_0) sum = i32x4.sub(sum, i32x4.shl(v128.load32_splat(a + SUM), 4));
          if (isK(format)) sum = i32x4.mul(sum, factor);
          let t = f32x4.mul(f32x4.convert_i32x4_s(sum), d);
          if (format == Q4_1 || format == Q5_1) {
            t = f32x4.add(t, f32x4.mul(f32x4.convert_i32x4_s(v128.load32_splat(a + SUM)), m));
          }
          if (isK(format)) {
            const j = i32x4.dot_i16x8_s(offset, v128.load32_splat(a + SUM)); // offsets are pairs (offset, 0)
            t = f32x4.sub(t, f32x4.mul(f32x4.convert_i32x4_s(j), m));
          }
          t = f32x4.mul(t, v128.load32_splat(a + SCALE));
          if (count == 1) {
            acc = f32x4.add(acc, t);
            break;
          }
          v128.store(s, f32x4.add(v128.load(s), t));
          s += 16;
          if (s == scratchEnd) break;
          a += tokenBytes;
        }
        group += ACTIVATION;
      }
      let o = out + (<usize>row << 2);
      if (count == 1) storeLanes(o, acc, rowEnd - row);
      else for (let s = scratch; s < scratchEnd; s += 16, o += <usize>outStride << 2) storeLanes(o, v128.load(s), rowEnd - row);
    }
    x += <usize>TILE * tokenBytes;
    out += <usize>TILE * (<usize>outStride << 2);
  }
}

// prettier-ignore
export function matmulQ4_0(weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32, rowStart: i32, rowEnd: i32, scratch: usize): void {
  product(Q4_0, weight, columns, x, tokens, out, outStride, rowStart, rowEnd, scratch);
}
// prettier-ignore
export function matmulQ4_1(weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32, rowStart: i32, rowEnd: i32, scratch: usize): void {
  product(Q4_1, weight, columns, x, tokens, out, outStride, rowStart, rowEnd, scratch);
}
// prettier-ignore
export function matmulQ5_0(weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32, rowStart: i32, rowEnd: i32, scratch: usize): void {
  product(Q5_0, weight, columns, x, tokens, out, outStride, rowStart, rowEnd, scratch);
}
// prettier-ignore
export function matmulQ5_1(weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32, rowStart: i32, rowEnd: i32, scratch: usize): void {
  product(Q5_1, weight, columns, x, tokens, out, outStride, rowStart, rowEnd, scratch);
}
// prettier-ignore
export function matmulQ4_K(weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32, rowStart: i32, rowEnd: i32, scratch: usize): void {
  product(Q4_K, weight, columns, x, tokens, out, outStride, rowStart, rowEnd, scratch);
}
// prettier-ignore
export function matmulQ5_K(weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32, rowStart: i32, rowEnd: i32, scratch: usize): void {
  product(Q5_K, weight, columns, x, tokens, out, outStride, rowStart, rowEnd, scratch);
}
