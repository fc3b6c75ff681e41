/**
 * The matrix product of packed weights (`packed.ts`) with quantised activations, for the formats whose halves of a group
 * (16 columns) have their own integer factors.
 */
import { dot } from "./dot";
import { bandBytes, groupBytes, Q2_K, Q3_K, Q6_K } from "./packed";
import { ACTIVATION, HALF_MASK, HALF_UNIT, halves, hidden, QUAD, SCALE, storeLanes, SUM, SUM_0, SUM_PAIR } from "./simd";

/** Tokens for which a group is unpacked once. */
// @ts-ignore: decorator
@inline const TILE: i32 = 16;

// prettier-ignore
// @ts-ignore: decorator
@inline function product(
  format: i32, weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32,
  rowStart: i32, rowEnd: i32, scratch: usize,
): void {
  const pair = hidden(format == Q6_K ? 0x30303030 : 0x03030303, columns), low = hidden(0x00ff00ff, columns);
  const mask = hidden(0x0f0f0f0f, columns), third = hidden(0x04040404, columns), ffff = hidden(0xffff, columns);
  const halfMask = hidden(HALF_MASK, columns), unit = hidden(HALF_UNIT, columns);
  const band = bandBytes(format, columns);
  const tokenBytes = <usize>(columns >> 5) * ACTIVATION;
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
        if ((k & 255) == 0) {
          d = halves(p, halfMask, unit);
          if (format == Q2_K) m = halves(p + 8, halfMask, unit);
          p += format == Q2_K ? 16 : 8;
        }
        const pairs = p + (format == Q6_K ? 64 : 0);
        let w0 = v128.load(pairs), w4 = v128.load(pairs, 16);
        let w1 = w0, w2 = w0, w3 = w0, w5 = w4, w6 = w4, w7 = w4;
        if (format == Q6_K) {
          const v0 = v128.load(p), v1 = v128.load(p, 16), v2 = v128.load(p, 32), v3 = v128.load(p, 48);
          w0 = v128.or(v128.and(v0, mask), v128.and(i32x4.shl(w0, 4), pair));
          w1 = v128.or(v128.and(v1, mask), v128.and(i32x4.shl(w1, 2), pair));
          w2 = v128.or(v128.and(v2, mask), v128.and(w2, pair));
          w3 = v128.or(v128.and(v3, mask), v128.and(i32x4.shr_u(w3, 2), pair));
          w4 = v128.or(v128.and(i32x4.shr_u(v0, 4), mask), v128.and(i32x4.shl(w4, 4), pair));
          w5 = v128.or(v128.and(i32x4.shr_u(v1, 4), mask), v128.and(i32x4.shl(w5, 2), pair));
          w6 = v128.or(v128.and(i32x4.shr_u(v2, 4), mask), v128.and(w6, pair));
          w7 = v128.or(v128.and(i32x4.shr_u(v3, 4), mask), v128.and(i32x4.shr_u(w7, 2), pair));
        } else {
          w0 = v128.and(w0, pair), w4 = v128.and(w4, pair);
          w1 = v128.and(i32x4.shr_u(w1, 2), pair), w5 = v128.and(i32x4.shr_u(w5, 2), pair);
          w2 = v128.and(i32x4.shr_u(w2, 4), pair), w6 = v128.and(i32x4.shr_u(w6, 4), pair);
          w3 = v128.and(i32x4.shr_u(w3, 6), pair), w7 = v128.and(i32x4.shr_u(w7, 6), pair);
        }
        if (format == Q3_K) {
          const h = v128.load(p, 32);
          w0 = v128.or(w0, v128.and(i32x4.shl(h, 2), third));
          w1 = v128.or(w1, v128.and(i32x4.shl(h, 1), third));
          w2 = v128.or(w2, v128.and(h, third));
          w3 = v128.or(w3, v128.and(i32x4.shr_u(h, 1), third));
          w4 = v128.or(w4, v128.and(i32x4.shr_u(h, 2), third));
          w5 = v128.or(w5, v128.and(i32x4.shr_u(h, 3), third));
          w6 = v128.or(w6, v128.and(i32x4.shr_u(h, 4), third));
          w7 = v128.or(w7, v128.and(i32x4.shr_u(h, 5), third));
        }
        let factor = d, factor1 = d, offset = d;
        if (format == Q2_K) {
          const both = v128.load8x8_u(p + 32);
          factor = v128.and(both, i16x8.splat(15)); // pairs (first half, second half)
          offset = i16x8.shr_u(both, 4);
        } else if (format == Q3_K) {
          factor = v128.load8x8_s(p + 48);
        } else {
          const both = v128.load8x8_s(p + 96);
          factor = i32x4.extend_low_i16x8_s(both);
          factor1 = i32x4.extend_high_i16x8_s(both);
        }
        p += groupBytes(format);
        let a = group, s = scratch;
        for (;;) {
          let sum = dot(i32x4.splat(0), w0, a, low), sum1 = dot(i32x4.splat(0), w4, a + 4 * QUAD, low);
          sum = dot(sum, w1, a + QUAD, low);
          sum1 = dot(sum1, w5, a + 5 * QUAD, low);
          sum = dot(sum, w2, a + 2 * QUAD, low);
          sum1 = dot(sum1, w6, a + 6 * QUAD, low);
          sum = dot(sum, w3, a + 3 * QUAD, low);
          sum1 = dot(sum1, w7, a + 7 * QUAD, low);
          if (format != Q2_K) {
            const s0 = v128.load32_splat(a + SUM_0), s1 = i32x4.sub(v128.load32_splat(a + SUM), s0);
            sum = i32x4.sub(sum, i32x4.shl(s0, format == Q3_K ? 2 : 5));
            sum1 = i32x4.sub(sum1, i32x4.shl(s1, format == Q3_K ? 2 : 5));
          }
          if (format == Q6_K) sum = i32x4.add(i32x4.mul(sum, factor), i32x4.mul(sum1, factor1));
          else sum = i32x4.dot_i16x8_s(v128.or(v128.and(sum, ffff), i32x4.shl(sum1, 16)), factor); // both fit 16 bits
          let t = f32x4.mul(f32x4.convert_i32x4_s(sum), d);
          if (format == Q2_K) {
            const j = i32x4.dot_i16x8_s(offset, v128.load32_splat(a + SUM_PAIR));
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
export function matmulQ2_K(weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32, rowStart: i32, rowEnd: i32, scratch: usize): void {
  product(Q2_K, weight, columns, x, tokens, out, outStride, rowStart, rowEnd, scratch);
}
// prettier-ignore
export function matmulQ3_K(weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32, rowStart: i32, rowEnd: i32, scratch: usize): void {
  product(Q3_K, weight, columns, x, tokens, out, outStride, rowStart, rowEnd, scratch);
}
// prettier-ignore
export function matmulQ6_K(weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32, rowStart: i32, rowEnd: i32, scratch: usize): void {
  product(Q6_K, weight, columns, x, tokens, out, outStride, rowStart, rowEnd, scratch);
}
