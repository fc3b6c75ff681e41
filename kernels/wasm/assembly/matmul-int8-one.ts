/** The product of packed weights with one token's quantised activations. */
import { dot8, dotHalf, sumNibbles } from "./dot";
import { flippedLevels, groupMinima, groupScales, hasHeader, minimaOf, partOf, scalesOf, startOf } from "./group";
import { halfFactors, moreFactors, partOfHalves, startOfHalf } from "./group-halves";
import { bandBytes, groupBytes, hasHalves, hasMin, hasPairs, headerBytes, Q2_K, Q6_K, Q8_0 } from "./packed";
import { bias, bitMask, hasFifth, isInPlace, ownMask, PAIR, quadOf } from "./quad";
import { ACTIVATION, HALF_MASK, HALF_UNIT, hidden, keepOffsets, loadLanes, QUAD, SCALE, storeLanes, SUM, SUM_PAIR } from "./simd";
import { firstTurn, nextTurn, turnBand, turnGroup, turnGroups } from "./streams";
import { flipMask } from "./whole-bytes";

// prettier-ignore
// @ts-ignore: decorator
@inline export function oneToken(format: i32, weight: usize, columns: i32, x: usize, out: usize, rowStart: i32, rowEnd: i32, scratch: usize): void {
  const mask = hidden(ownMask(format), columns), pair = hidden(PAIR, columns), bit = hidden(bitMask(format), columns);
  const halfMask = hidden(HALF_MASK, columns), unit = hidden(HALF_UNIT, columns);
  const table = flippedLevels(format, flipMask()), ffff = hidden(0xffff, columns);
  const low = hidden(0x00ff00ff, columns), n0 = hidden(0x000f000f, columns), n1 = hidden(0x00f000f0, columns), n2 = hidden(0x0f000f00, columns);
  const band = bandBytes(format, columns), groups = columns >> 5, block = headerBytes(format) + 8 * groupBytes(format), size = turnGroups(format);
  keepOffsets(x);
  weight += <usize>(rowStart >> 2) * band;
  for (let more = firstTurn((rowEnd - rowStart + 3) >> 2, groups, size); more; more = nextTurn()) {
    const row = rowStart + 4 * turnBand, sums = out + (<usize>row << 2);
    let acc = turnGroup == 0 ? f32x4.splat(0) : loadLanes(sums, rowEnd - row), d = acc, m = acc;
    let a = x + <usize>turnGroup * ACTIVATION, skipped = turnGroup & 7;
    let p = weight + <usize>turnBand * band + <usize>(turnGroup >> 3) * block;
    const last = x + <usize>min(turnGroup + size, groups) * ACTIVATION;
    // Of formats with a header block after block, of others all at once.
    while (a < last) {
      if (hasHeader(format)) {
        d = scalesOf(format, p, halfMask, unit);
        if (hasMin(format)) m = minimaOf(format, p, halfMask, unit);
        p += headerBytes(format);
      }
      p += <usize>skipped * groupBytes(format);
      const end = hasHeader(format) ? min(a + <usize>(8 - skipped) * ACTIVATION, last) : last;
      for (; a < end; a += ACTIVATION) {
        const isByte = format == Q8_0, isPairs = hasPairs(format), isFives = hasFifth(format), isSixes = format == Q6_K;
        // Of each quad its own vector; then those with the rest of it.
        let v0 = v128.load(p), v1 = v128.load(p, 16), v2 = v0, v3 = v1;
        if (!isByte && format != Q2_K) v2 = v128.load(p, 32);
        if (!isByte && !isPairs) v3 = v128.load(p, 48);
        let a4 = isPairs ? v1 : isSixes ? v3 : v0, a5 = isFives ? v0 : v1, a6 = isPairs ? v1 : v2, a7 = isPairs ? v1 : v3;
        let b5 = isPairs ? v2 : v1, b6 = isPairs ? v2 : v3, b7 = isPairs ? v2 : v1, c7 = v3;
        if (isByte || isFives) a4 = v128.load(p, 64);
        if (isFives) a7 = a4;
        if (isByte) a5 = v128.load(p, 80);
        if (isSixes) a5 = v128.load(p, 64), a6 = v128.load(p, 80), b7 = a5, c7 = a6;
        const start = hasHalves(format) ? startOfHalf(format, a, false) : startOf(format, a);
        const start1 = hasHalves(format) ? startOfHalf(format, a, true) : i32x4.splat(0);
        let s0 = start, t0 = start1;
        if (isInPlace(format)) {
          s0 = sumNibbles(v0, v1, v2, v3, a, n0, n1, n2, scratch);
          if (bias(format) != 0) s0 = i32x4.add(s0, start);
        } else if (!RELAXED) {
          const q0 = quadOf(format, 0, v0, v2, d, table, mask, pair, bit), q1 = quadOf(format, 1, isPairs ? v0 : v1, v2, d, table, mask, pair, bit);
          const q2 = quadOf(format, 2, isPairs ? v0 : v2, v2, d, table, mask, pair, bit), q3 = quadOf(format, 3, isPairs || isSixes ? v0 : v3, isSixes ? v1 : v2, v2, table, mask, pair, bit);
          s0 = dotHalf(start, q0, q1, q2, q3, a, low, scratch);
          const q4 = quadOf(format, 4, a4, b5, d, table, mask, pair, bit), q5 = quadOf(format, 5, a5, b5, d, table, mask, pair, bit);
          const q6 = quadOf(format, 6, a6, b6, d, table, mask, pair, bit), q7 = quadOf(format, 7, a7, b7, c7, table, mask, pair, bit);
          t0 = dotHalf(start1, q4, q5, q6, q7, a + 4 * QUAD, low, scratch);
        } else {
          s0 = dot8(start, quadOf(format, 0, v0, v2, d, table, mask, pair, bit), v128.load32_splat(a));
          let s1 = dot8(i32x4.splat(0), quadOf(format, 1, isPairs ? v0 : v1, v2, d, table, mask, pair, bit), v128.load32_splat(a, 4));
          t0 = dot8(start1, quadOf(format, 4, a4, b5, d, table, mask, pair, bit), v128.load32_splat(a + 16));
          let t1 = dot8(i32x4.splat(0), quadOf(format, 5, a5, b5, d, table, mask, pair, bit), v128.load32_splat(a + 16, 4));
          if (isByte) v2 = v128.load(p, 32), v3 = v128.load(p, 48);
          s0 = dot8(s0, quadOf(format, 2, isPairs ? v0 : v2, v2, d, table, mask, pair, bit), v128.load32_splat(a, 8));
          s1 = dot8(s1, quadOf(format, 3, isPairs || isSixes ? v0 : v3, isSixes ? v1 : v2, v2, table, mask, pair, bit), v128.load32_splat(a, 12));
          if (isByte) a6 = v128.load(p, 96), a7 = v128.load(p, 112);
          t0 = dot8(t0, quadOf(format, 6, a6, b6, d, table, mask, pair, bit), v128.load32_splat(a + 16, 8));
          t1 = dot8(t1, quadOf(format, 7, a7, b7, c7, table, mask, pair, bit), v128.load32_splat(a + 16, 12));
          s0 = i32x4.add(s0, s1);
          t0 = i32x4.add(t0, t1);
        }
        if (!isInPlace(format) && !hasHalves(format)) s0 = i32x4.add(s0, t0);
        if (!hasHeader(format)) {
          d = scalesOf(format, p, halfMask, unit);
          if (hasMin(format)) m = minimaOf(format, p, halfMask, unit);
        }
        const part = hasHalves(format)
          ? partOfHalves(format, hasPairs(format) ? s0 : f32x4.convert_i32x4_s(s0), hasPairs(format) ? t0 : f32x4.convert_i32x4_s(t0), halfFactors(format, p), moreFactors(format, p, d), d, m, v128.load32_splat(a + SCALE, SUM_PAIR - SCALE), v128.load32_splat(a + SCALE), ffff)
          : partOf(format, f32x4.convert_i32x4_s(s0), groupScales(format, p, d), groupMinima(format, p, m), v128.load32_splat(a + SCALE, SUM - SCALE), v128.load32_splat(a + SCALE));
        acc = f32x4.add(acc, part);
        p += groupBytes(format);
      }
      skipped = 0;
    }
    storeLanes(sums, acc, rowEnd - row);
  }
}
