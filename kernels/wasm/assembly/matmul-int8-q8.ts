/** The matrix product of packed Q8_0 weights (`packed.ts`) with quantised activations. */
import { dot16 } from "./dot";
import { bandBytes, groupBytes, Q8_0 } from "./packed";
import { ACTIVATION, HALF_MASK, HALF_UNIT, halves, hidden, QUAD, SCALE, storeLanes } from "./simd";

/** Tokens for which a group is unpacked once. */
// @ts-ignore: decorator
@inline const TILE: i32 = 16;

/**
 * Q8_0's bytes have a sign, which the 7-bit operand cannot: w = (w & 127) − 128·(sign bit), summed apart, the second sum
 * to be taken 128 times. The plain instruction set multiplies 256 times the even bytes, and the odd bytes.
 */
// @ts-ignore: decorator
@inline function first(acc: v128, w: v128, a: usize, low: v128): v128 {
  if (RELAXED) return i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load32_splat(a), v128.and(w, low), acc);
  return dot16(acc, i16x8.shl(w, 8), a);
}
// @ts-ignore: decorator
@inline function second(acc: v128, w: v128, a: usize, bit: v128): v128 {
  if (!RELAXED) return dot16(acc, i16x8.shr_s(w, 8), a + 4);
  return i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load32_splat(a), v128.and(i32x4.shr_u(w, 7), bit), acc);
}

// prettier-ignore
export function matmulQ8_0(
  weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32,
  rowStart: i32, rowEnd: i32, scratch: usize,
): void {
  const low = hidden(0x7f7f7f7f, columns), bit = hidden(0x01010101, columns);
  const halfMask = hidden(HALF_MASK, columns), unit = hidden(HALF_UNIT, columns);
  const band = bandBytes(Q8_0, columns);
  const tokenBytes = <usize>(columns >> 5) * ACTIVATION;
  for (let token = 0; token < tokens; token += TILE) {
    const count = min(TILE, tokens - token);
    const scratchEnd = scratch + 16 * count;
    let p = weight + <usize>(rowStart >> 2) * band;
    for (let row = rowStart; row < rowEnd; row += 4) {
      let acc = f32x4.splat(0);
      for (let s = scratch; s < scratchEnd; s += 16) v128.store(s, acc);
      let group = x;
      for (let k = 0; k < columns; k += 32) {
        const d = halves(p + 128, halfMask, unit);
        const w0 = v128.load(p), w1 = v128.load(p, 16), w2 = v128.load(p, 32), w3 = v128.load(p, 48);
        const w4 = v128.load(p, 64), w5 = v128.load(p, 80), w6 = v128.load(p, 96), w7 = v128.load(p, 112);
        p += groupBytes(Q8_0);
        let a = group, s = scratch;
        for (;;) {
          let s0 = i32x4.splat(0), s1 = s0;
          s0 = first(s0, w0, a + 0 * QUAD, low), s1 = second(s1, w0, a + 0 * QUAD, bit);
          s0 = first(s0, w1, a + 1 * QUAD, low), s1 = second(s1, w1, a + 1 * QUAD, bit);
          s0 = first(s0, w2, a + 2 * QUAD, low), s1 = second(s1, w2, a + 2 * QUAD, bit);
          s0 = first(s0, w3, a + 3 * QUAD, low), s1 = second(s1, w3, a + 3 * QUAD, bit);
          s0 = first(s0, w4, a + 4 * QUAD, low), s1 = second(s1, w4, a + 4 * QUAD, bit);
          s0 = first(s0, w5, a + 5 * QUAD, low), s1 = second(s1, w5, a + 5 * QUAD, bit);
          s0 = first(s0, w6, a + 6 * QUAD, low), s1 = second(s1, w6, a + 6 * QUAD, bit);
          s0 = first(s0, w7, a + 7 * QUAD, low), s1 = second(s1, w7, a + 7 * QUAD, bit);
          const sum = RELAXED ? i32x4.sub(s0, i32x4.shl(s1, 7)) : i32x4.add(i32x4.shr_s(s0, 8), s1);
          let t = f32x4.mul(f32x4.convert_i32x4_s(sum), d);
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

