/** The matrix product of packed Q8_0 weights (`packed.ts`) with quantised activations, where bytes can't be multiplied whole. */
import { dot16, dot8 } from "./dot";
import { product } from "./matmul-int8";
import { bandBytes, groupBytes, Q8_0 } from "./packed";
import { ACTIVATION, HALF_MASK, HALF_UNIT, halves, hidden, loadLanes, QUAD, SCALE, settle, storeLanes } from "./simd";
import { firstTurn, nextTurn, turnBand, turnGroup, turnGroups, turnIn } from "./streams";
import { multipliesWholeBytes } from "./whole-bytes";

/** Tokens for which a group is unpacked once. */
// @ts-ignore: decorator
@inline const TILE: i32 = 16;

/** Where the sums of a group's first half are kept, for each token, while the second is unpacked. */
// @ts-ignore: decorator
@inline const PARTIAL: usize = 16 * 16;
/** The plain instruction set multiplies even and odd bytes apart, with activations 4 bytes apart. */
// @ts-ignore: decorator
@inline export const ODD: usize = RELAXED ? 0 : 4;

/**
 * Q8_0's bytes have a sign, which the 7-bit operand cannot: w = (w & 127) − 128·(sign bit), summed apart, the second sum
 * to be taken 128 times. The plain instruction set multiplies 256 times the even bytes, and the odd bytes.
 */
// @ts-ignore: decorator
@inline export function first(w: v128, low: v128): v128 {
  return RELAXED ? v128.and(w, low) : i16x8.shl(w, 8);
}
// @ts-ignore: decorator
@inline export function second(w: v128, bit: v128): v128 {
  return RELAXED ? v128.and(i32x4.shr_u(w, 7), bit) : i16x8.shr_s(w, 8);
}
// @ts-ignore: decorator
@inline export function dot(acc: v128, w: v128, x: v128): v128 {
  return RELAXED ? dot8(acc, w, x) : dot16(acc, w, x);
}

// @ts-ignore: decorator
@inline export function join(s0: v128, s1: v128): v128 {
  return RELAXED ? i32x4.sub(s0, i32x4.shl(s1, 7)) : i32x4.add(i32x4.shr_s(s0, 8), s1);
}

/** The integer products of a group with one token's. `spare`: 16 bytes for `settle`. */
// @ts-ignore: decorator
@inline function sumGroup(p: usize, a: usize, low: v128, bit: v128, spare: usize): v128 {
  let w = v128.load(p);
  let s0 = dot(i32x4.splat(0), first(w, low), v128.load32_splat(a)), s1 = dot(i32x4.splat(0), second(w, bit), v128.load32_splat(a, ODD));
  w = v128.load(p, 64);
  let s2 = dot(i32x4.splat(0), first(w, low), v128.load32_splat(a, 4 * QUAD)), s3 = dot(i32x4.splat(0), second(w, bit), v128.load32_splat(a, 4 * QUAD + ODD));
  settle(s3, spare);
  w = v128.load(p, 16);
  s0 = dot(s0, first(w, low), v128.load32_splat(a, 1 * QUAD)), s1 = dot(s1, second(w, bit), v128.load32_splat(a, 1 * QUAD + ODD));
  w = v128.load(p, 80);
  s2 = dot(s2, first(w, low), v128.load32_splat(a, 5 * QUAD)), s3 = dot(s3, second(w, bit), v128.load32_splat(a, 5 * QUAD + ODD));
  settle(s3, spare);
  w = v128.load(p, 32);
  s0 = dot(s0, first(w, low), v128.load32_splat(a, 2 * QUAD)), s1 = dot(s1, second(w, bit), v128.load32_splat(a, 2 * QUAD + ODD));
  w = v128.load(p, 96);
  s2 = dot(s2, first(w, low), v128.load32_splat(a, 6 * QUAD)), s3 = dot(s3, second(w, bit), v128.load32_splat(a, 6 * QUAD + ODD));
  settle(s3, spare);
  w = v128.load(p, 48);
  s0 = dot(s0, first(w, low), v128.load32_splat(a, 3 * QUAD)), s1 = dot(s1, second(w, bit), v128.load32_splat(a, 3 * QUAD + ODD));
  w = v128.load(p, 112);
  s2 = dot(s2, first(w, low), v128.load32_splat(a, 7 * QUAD)), s3 = dot(s3, second(w, bit), v128.load32_splat(a, 7 * QUAD + ODD));
  return join(i32x4.add(s0, s2), i32x4.add(s1, s3));
}

/** The product with one token's activations. */
function oneToken(weight: usize, columns: i32, x: usize, out: usize, rowStart: i32, rowEnd: i32, spare: usize): void {
  const low = hidden(0x7f7f7f7f, columns), bit = hidden(0x01010101, columns);
  const halfMask = hidden(HALF_MASK, columns), unit = hidden(HALF_UNIT, columns);
  const band = bandBytes(Q8_0, columns), groups = columns >> 5, size = turnGroups(Q8_0);
  for (let more = firstTurn((rowEnd - rowStart + 3) >> 2, groups, size); more; more = nextTurn()) {
    const row = rowStart + 4 * turnBand, sums = out + (<usize>row << 2);
    let acc = turnGroup == 0 ? f32x4.splat(0) : loadLanes(sums, rowEnd - row);
    let p = turnIn(Q8_0, weight + <usize>(row >> 2) * band);
    const end = x + <usize>min(turnGroup + size, groups) * ACTIVATION;
    for (let a = x + <usize>turnGroup * ACTIVATION; a < end; a += ACTIVATION, p += groupBytes(Q8_0)) {
      const sum = f32x4.convert_i32x4_s(sumGroup(p, a, low, bit, spare));
      acc = f32x4.add(acc, f32x4.mul(f32x4.mul(sum, halves(p + 128, halfMask, unit)), v128.load32_splat(a, SCALE)));
    }
    storeLanes(sums, acc, rowEnd - row);
  }
}

// prettier-ignore
export function matmulQ8_0(
  weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32,
  rowStart: i32, rowEnd: i32, scratch: usize,
): void {
  if (multipliesWholeBytes()) {
    product(Q8_0, weight, columns, x, tokens, out, outStride, rowStart, rowEnd, scratch);
    return;
  }
  if (tokens == 1) {
    oneToken(weight, columns, x, out, rowStart, rowEnd, scratch);
    return;
  }
  const low = hidden(0x7f7f7f7f, columns), bit = hidden(0x01010101, columns);
  const halfMask = hidden(HALF_MASK, columns), unit = hidden(HALF_UNIT, columns);
  const band = bandBytes(Q8_0, columns);
  const tokenBytes = <usize>(columns >> 5) * ACTIVATION;
  for (let token = 0; token < tokens; token += TILE) {
    const scratchEnd = scratch + 16 * min(TILE, tokens - token);
    let p = weight + <usize>(rowStart >> 2) * band;
    for (let row = rowStart; row < rowEnd; row += 4) {
      for (let s = scratch; s < scratchEnd; s += 16) v128.store(s, f32x4.splat(0));
      let group = x;
      for (let k = 0; k < columns; k += 32) {
        for (let half = 0; half < 2; half++) {
          const w0 = v128.load(p), w1 = v128.load(p, 16), w2 = v128.load(p, 32), w3 = v128.load(p, 48);
          const l0 = first(w0, low), l1 = first(w1, low), l2 = first(w2, low), l3 = first(w3, low);
          const h0 = second(w0, bit), h1 = second(w1, bit), h2 = second(w2, bit), h3 = second(w3, bit);
          p += 64;
          const d = halves(p, halfMask, unit); // of use in the second half
          let a = group + <usize>half * 4 * QUAD;
          for (let s = scratch; s < scratchEnd; s += 16, a += tokenBytes) {
            let s0 = dot(i32x4.splat(0), l0, v128.load32_splat(a)), s1 = dot(i32x4.splat(0), h0, v128.load32_splat(a, ODD));
            s0 = dot(s0, l1, v128.load32_splat(a, QUAD)), s1 = dot(s1, h1, v128.load32_splat(a, QUAD + ODD));
            s0 = dot(s0, l2, v128.load32_splat(a, 2 * QUAD)), s1 = dot(s1, h2, v128.load32_splat(a, 2 * QUAD + ODD));
            s0 = dot(s0, l3, v128.load32_splat(a, 3 * QUAD)), s1 = dot(s1, h3, v128.load32_splat(a, 3 * QUAD + ODD));
            const sum = join(s0, s1);
            if (half == 0) v128.store(s + PARTIAL, sum);
            else {
              const whole = f32x4.convert_i32x4_s(i32x4.add(sum, v128.load(s + PARTIAL)));
              const t = f32x4.mul(f32x4.mul(whole, d), v128.load32_splat(a, SCALE - 4 * QUAD));
              v128.store(s, f32x4.add(v128.load(s), t));
            }
          }
        }
        p += 8;
        group += ACTIVATION;
      }
      let o = out + (<usize>row << 2);
      for (let s = scratch; s < scratchEnd; s += 16, o += <usize>outStride << 2) storeLanes(o, v128.load(s), rowEnd - row);
    }
    x += <usize>TILE * tokenBytes;
    out += <usize>TILE * (<usize>outStride << 2);
  }
}

