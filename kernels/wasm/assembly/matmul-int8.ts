/**
 * The matrix product of packed weights (`packed.ts`) with quantised activations, for the formats whose 32 columns of a
 * group share one integer factor. The accumulator's lanes are the four rows of a band.
 */
import { dotHalf, sumNibbles } from "./dot";
import { flippedLevels, groupMinima, groupScales, hasHeader, minimaOf, partOf, scalesOf } from "./group";
import { oneToken } from "./matmul-int8-one";
import { bandBytes, groupBytes, hasMin, headerBytes, Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q8_0 } from "./packed";
import { bias, bitMask, hasFifth, isInPlace, ownMask, PAIR, quadOf } from "./quad";
import { ACTIVATION, HALF_MASK, HALF_UNIT, hidden, keepOffsets, QUAD, storeLanes } from "./simd";
import { LAID, layTile, ROUNDER, SPARE, startOfLaid, sumsOf, TAIL, tileTokens, totalOf } from "./tile";
import { flipMask } from "./whole-bytes";

// prettier-ignore
// @ts-ignore: decorator
@inline export function product(
  format: i32, weight: usize, columns: i32, x: usize, tokens: i32, out: usize, outStride: i32,
  rowStart: i32, rowEnd: i32, scratch: usize,
): void {
  if (tokens == 1) {
    oneToken(format, weight, columns, x, out, rowStart, rowEnd, scratch);
    return;
  }
  const mask = hidden(ownMask(format), columns), pair = hidden(PAIR, columns), bit = hidden(bitMask(format), columns), low = hidden(0x00ff00ff, columns);
  const rounder = hidden(ROUNDER, columns);
  const table = flippedLevels(format, flipMask());
  const halfMask = hidden(HALF_MASK, columns), unit = hidden(HALF_UNIT, columns);
  const band = bandBytes(format, columns), groups = columns >> 5;
  const n0 = hidden(0x000f000f, columns), n1 = hidden(0x00f000f0, columns), n2 = hidden(0x0f000f00, columns);
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
        if (!hasHeader(format) || (k & 7) == 0) {
          d = scalesOf(format, p, halfMask, unit);
          if (hasMin(format)) m = minimaOf(format, p, halfMask, unit);
          if (hasHeader(format)) p += headerBytes(format);
        }
        let w0 = v128.load(p), w1 = v128.load(p, 16), w2 = v128.load(p, 32), w3 = v128.load(p, 48);
        let w4 = w0, w5 = w1, w6 = w2, w7 = w3;
        if (format == Q8_0) w4 = v128.load(p, 64), w5 = v128.load(p, 80), w6 = v128.load(p, 96), w7 = v128.load(p, 112);
        if (hasFifth(format)) w4 = v128.load(p, 64), w5 = w0, w7 = w4;
        if (!isInPlace(format)) {
          const v1 = w1, v3 = w3;
          w4 = quadOf(format, 4, w4, d, d, table, mask, pair, bit), w5 = quadOf(format, 5, w5, v1, d, table, mask, pair, bit);
          w6 = quadOf(format, 6, w6, v3, d, table, mask, pair, bit), w7 = quadOf(format, 7, w7, v1, v3, table, mask, pair, bit);
          w0 = quadOf(format, 0, w0, d, d, table, mask, pair, bit), w1 = quadOf(format, 1, w1, d, d, table, mask, pair, bit);
          w2 = quadOf(format, 2, w2, d, d, table, mask, pair, bit), w3 = quadOf(format, 3, w3, d, d, table, mask, pair, bit);
        }
        const scales = groupScales(format, p, d), minima = groupMinima(format, p, m);
        p += groupBytes(format);
        let s = scratch;
        do {
          let sum: v128;
          if (isInPlace(format)) {
            sum = sumNibbles(w0, w1, w2, w3, a, n0, n1, n2, scratchEnd);
            if (bias(format) != 0) sum = i32x4.add(sum, startOfLaid(format, a, rounder));
          } else {
            sum = dotHalf(startOfLaid(format, a, rounder), w0, w1, w2, w3, a, low, scratchEnd);
            sum = i32x4.add(sum, dotHalf(i32x4.splat(0), w4, w5, w6, w7, a + 4 * QUAD, low, scratchEnd));
          }
          const t = partOf(format, sumsOf(format, sum, rounder), scales, minima, totalOf(format, a, d), v128.load32_splat(a + TAIL));
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
