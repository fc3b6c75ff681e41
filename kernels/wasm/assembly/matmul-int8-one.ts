/** The product of packed weights with one token's quantised activations, by the relaxed dot product. */
import { factorsOf, flippedLevels, hasHeader, minimaOf, offsetsOf, partOf, scalesOf } from "./group";
import { halfFactors, moreFactors, partOfHalves } from "./group-halves";
import { bandBytes, groupBytes, hasHalves, hasMin, headerBytes, Q3_K, Q8_0 } from "./packed";
import { hasFifth, hasNibbles, moreAt, moreMask, quadOf } from "./quad";
import { ACTIVATION, HALF_MASK, HALF_UNIT, hidden, storeLanes } from "./simd";
import { flipMask } from "./whole-bytes";

/** acc + the products of a quad of each row with a quad of activations, spread. */
// @ts-ignore: decorator
@inline function dot(acc: v128, w: v128, x: v128): v128 {
  return i32x4.relaxed_dot_i8x16_i7x16_add_s(x, w, acc);
}

/** So many bytes ahead of the weights in use are asked for together: 12 lines of the cache. */
// @ts-ignore: decorator
@inline const AHEAD: usize = 768;

/**
 * Loads a byte of each line of `AHEAD` bytes. WebAssembly can't ask for memory without waiting for it, but what is waited
 * for together is waited for once.
 */
// @ts-ignore: decorator
@inline function ask(at: usize): void {
  load<u8>(at), load<u8>(at, 64), load<u8>(at, 128), load<u8>(at, 192), load<u8>(at, 256), load<u8>(at, 320);
  load<u8>(at, 384), load<u8>(at, 448), load<u8>(at, 512), load<u8>(at, 576), load<u8>(at, 640), load<u8>(at, 704);
}

// prettier-ignore
// @ts-ignore: decorator
@inline export function oneToken(format: i32, weight: usize, columns: i32, x: usize, out: usize, rowStart: i32, rowEnd: i32): void {
  const mask = hidden(0x0f0f0f0f, columns), bits = hidden(moreMask(format), columns);
  const halfMask = hidden(HALF_MASK, columns), unit = hidden(HALF_UNIT, columns);
  const flip = flipMask();
  const table = flippedLevels(format, flip), third = hidden(0x04040404, columns), ffff = hidden(0xffff, columns);
  const band = bandBytes(format, columns);
  let p = weight + <usize>(rowStart >> 2) * band;
  // From here on nothing more is asked for.
  const last = weight + <usize>((rowEnd + 3) >> 2) * band - 2 * AHEAD;
  let asked = p + 2 * AHEAD < last ? p : <usize>-1;
  const end = x + <usize>(columns >> 5) * ACTIVATION;
  for (let row = rowStart; row < rowEnd; row += 4) {
    let acc = f32x4.splat(0), d = acc, m = acc;
    let untilHeader = 0;
    for (let a = x; a < end; a += ACTIVATION) {
      if (hasHeader(format)) {
        if (untilHeader == 0) {
          d = scalesOf(format, p, halfMask, unit);
          if (hasMin(format)) m = minimaOf(format, p, halfMask, unit);
          p += headerBytes(format);
          untilHeader = 8;
        }
        untilHeader--;
      }
      if (p >= asked) {
        ask(p + AHEAD);
        asked = p + AHEAD < last ? p + AHEAD : <usize>-1;
      }
      const hasMore = hasFifth(format) || hasHalves(format);
      const more0 = hasMore ? v128.load(moreAt(format, p, 0)) : d, more1 = hasHalves(format) ? v128.load(moreAt(format, p, 4)) : more0;
      const thirds = format == Q3_K ? v128.load(p, 32) : d, isByte = format == Q8_0;
      let v = hasNibbles(format) || isByte ? v128.load(p) : d, w = hasNibbles(format) || isByte ? v128.load(p, 16) : d;
      let s0 = dot(i32x4.splat(0), quadOf(format, 0, v, more0, thirds, table, mask, bits, third), v128.load32_splat(a));
      let s1 = dot(i32x4.splat(0), quadOf(format, 1, w, more0, thirds, table, mask, bits, third), v128.load32_splat(a, 4));
      if (isByte) v = v128.load(p, 64), w = v128.load(p, 80);
      let t0 = dot(i32x4.splat(0), quadOf(format, 4, v, more1, thirds, table, mask, bits, third), v128.load32_splat(a, 16));
      let t1 = dot(i32x4.splat(0), quadOf(format, 5, w, more1, thirds, table, mask, bits, third), v128.load32_splat(a, 20));
      if (hasNibbles(format) || isByte) v = v128.load(p, 32), w = v128.load(p, 48);
      s0 = dot(s0, quadOf(format, 2, v, more0, thirds, table, mask, bits, third), v128.load32_splat(a, 8));
      s1 = dot(s1, quadOf(format, 3, w, more0, thirds, table, mask, bits, third), v128.load32_splat(a, 12));
      if (isByte) v = v128.load(p, 96), w = v128.load(p, 112);
      t0 = dot(t0, quadOf(format, 6, v, more1, thirds, table, mask, bits, third), v128.load32_splat(a, 24));
      t1 = dot(t1, quadOf(format, 7, w, more1, thirds, table, mask, bits, third), v128.load32_splat(a, 28));
      if (!hasHeader(format)) {
        d = scalesOf(format, p, halfMask, unit);
        if (hasMin(format)) m = minimaOf(format, p, halfMask, unit);
      }
      s0 = i32x4.add(s0, s1);
      t0 = i32x4.add(t0, t1);
      const part = hasHalves(format)
        ? partOfHalves(format, s0, t0, halfFactors(format, p), moreFactors(format, p, d), d, m, a, ffff)
        : partOf(format, i32x4.add(s0, t0), factorsOf(format, p, d), offsetsOf(format, p, d), d, m, a, flip);
      acc = f32x4.add(acc, part);
      p += groupBytes(format);
    }
    storeLanes(out + (<usize>row << 2), acc, rowEnd - row);
  }
}
