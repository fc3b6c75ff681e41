/**
 * The matrix product of packed weights (`packed.ts`) with quantised activations, for the formats whose halves of a group
 * (16 columns) have their own integer factors.
 */
import { dotHalf } from "./dot";
import { minimaOf, scalesOf } from "./group";
import { halfFactors, moreFactors, partOfHalves } from "./group-halves";
import { oneToken } from "./matmul-int8-one";
import { bandBytes, groupBytes, hasMin, headerBytes, Q2_K, Q3_K, Q6_K } from "./packed";
import { bitMask, ownMask, PAIR, quadOf, vectors } from "./quad";
import { ACTIVATION, HALF_MASK, HALF_UNIT, hidden, keepOffsets, QUAD, storeLanes } from "./simd";
import { LAID, layTile, ROUNDER, SPARE, startOfLaid, startOfLaid1, sumsOf, TAIL, tileTokens, totalOf } from "./tile";

// prettier-ignore
// @ts-ignore: decorator
@inline function product(
  format: i32, weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32,
  rowStart: i32, rowEnd: i32, scratch: usize,
): void {
  if (tokens == 1) {
    oneToken(format, weight, columns, x, out, rowStart, rowEnd, scratch);
    return;
  }
  const pair = hidden(PAIR, columns), bit = hidden(bitMask(format), columns), low = hidden(0x00ff00ff, columns);
  const mask = hidden(ownMask(format), columns), ffff = hidden(0xffff, columns), rounder = hidden(ROUNDER, columns);
  const halfMask = hidden(HALF_MASK, columns), unit = hidden(HALF_UNIT, columns);
  const band = bandBytes(format, columns), groups = columns >> 5;
  const tile = tileTokens(columns);
  for (let first = 0; first < tokens; first += tile) {
    const count = min(tile, tokens - first);
    const scratchEnd = scratch + 16 * count;
    const laid = scratchEnd + SPARE;
    layTile(format, x, count, columns, laid);
    keepOffsets(laid);
    let p = weight + <usize>(rowStart >> 2) * band;
    for (let row = rowStart; row < rowEnd; row += 4) {
      for (let s = scratch; s < scratchEnd; s += 16) v128.store(s, f32x4.splat(0));
      let d = f32x4.splat(0), m = d, a = laid;
      for (let k = 0; k < groups; k++) {
        if ((k & 7) == 0) {
          d = scalesOf(format, p, halfMask, unit);
          if (hasMin(format)) m = minimaOf(format, p, halfMask, unit);
          p += headerBytes(format);
        }
        const v0 = v128.load(p), v1 = v128.load(p, 16), v2 = vectors(format) > 2 ? v128.load(p, 32) : d;
        let v3 = v1, v4 = v1, v5 = v1, b3 = v2, b7 = v2, a1 = v0, a2 = v0;
        if (format == Q6_K) v3 = v128.load(p, 48), v4 = v128.load(p, 64), v5 = v128.load(p, 80), b3 = v1, b7 = v4, a1 = v1, a2 = v2;
        const w0 = quadOf(format, 0, v0, v2, d, d, mask, pair, bit), w4 = quadOf(format, 4, v3, v2, d, d, mask, pair, bit);
        const w1 = quadOf(format, 1, a1, v2, d, d, mask, pair, bit), w5 = quadOf(format, 5, v4, v2, d, d, mask, pair, bit);
        const w2 = quadOf(format, 2, a2, v2, d, d, mask, pair, bit), w6 = quadOf(format, 6, v5, v2, d, d, mask, pair, bit);
        const w3 = quadOf(format, 3, v0, b3, v2, d, mask, pair, bit), w7 = quadOf(format, 7, v3, b7, v5, d, mask, pair, bit);
        const factor = halfFactors(format, p), more = moreFactors(format, p, d);
        p += groupBytes(format);
        let s = scratch;
        do {
          const sum = dotHalf(startOfLaid(format, a, rounder), w0, w1, w2, w3, a, low, scratchEnd);
          const sum1 = dotHalf(startOfLaid1(format, a), w4, w5, w6, w7, a + 4 * QUAD, low, scratchEnd);
          const t = partOfHalves(format, sumsOf(format, sum, rounder), sumsOf(format, sum1, rounder), factor, more, d, m, totalOf(format, a, d), v128.load32_splat(a + TAIL), ffff);
          v128.store(s, f32x4.add(t, v128.load(s)));
          s += 16;
          a += LAID;
        } while (s < scratchEnd);
      }
      let o = out + (<usize>row << 2);
      for (let s = scratch; s < scratchEnd; s += 16, o += <usize>outStride << 2) storeLanes(o, v128.load(s), rowEnd - row);
    }
    x += <usize>(tile * (columns >> 5)) * ACTIVATION;
    out += <usize>tile * (<usize>outStride << 2);
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
