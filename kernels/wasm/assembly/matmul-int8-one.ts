/** The product of packed weights with one token's quantised activations, by the relaxed dot product. */
import {
  factorsOf,
  flippedLevels,
  hasFifth,
  hasHeader,
  highQuad,
  lowQuad,
  minimaOf,
  offsetsOf,
  partOf,
  scalesOf,
} from "./group";
import { bandBytes, groupBytes, hasMin, headerBytes, Q8_0 } from "./packed";
import { ACTIVATION, HALF_MASK, HALF_UNIT, hidden, storeLanes } from "./simd";
import { flipMask } from "./whole-bytes";

/** acc + the products of a quad of each row with a quad of activations, spread. */
// @ts-ignore: decorator
@inline function dot(acc: v128, w: v128, x: v128): v128 {
  return i32x4.relaxed_dot_i8x16_i7x16_add_s(x, w, acc);
}

// prettier-ignore
// @ts-ignore: decorator
@inline export function oneToken(format: i32, weight: usize, columns: i32, x: usize, out: usize, rowStart: i32, rowEnd: i32): void {
  const mask = hidden(0x0f0f0f0f, columns), bit = hidden(0x10101010, columns);
  const halfMask = hidden(HALF_MASK, columns), unit = hidden(HALF_UNIT, columns);
  const flip = flipMask(), table = flippedLevels(format, flip);
  let p = weight + <usize>(rowStart >> 2) * bandBytes(format, columns);
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
      const fifth = hasFifth(format) ? v128.load(p, 64) : d;
      let v = v128.load(p), w = v128.load(p, 16);
      let s0 = dot(i32x4.splat(0), lowQuad(format, v, fifth, 0, table, mask, bit), v128.load32_splat(a));
      let s1 = dot(i32x4.splat(0), lowQuad(format, w, fifth, 1, table, mask, bit), v128.load32_splat(a, 4));
      if (format == Q8_0) v = v128.load(p, 64), w = v128.load(p, 80);
      s0 = dot(s0, highQuad(format, v, fifth, 0, table, mask, bit), v128.load32_splat(a, 16));
      s1 = dot(s1, highQuad(format, w, fifth, 1, table, mask, bit), v128.load32_splat(a, 20));
      v = v128.load(p, 32), w = v128.load(p, 48);
      let s2 = dot(i32x4.splat(0), lowQuad(format, v, fifth, 2, table, mask, bit), v128.load32_splat(a, 8));
      let s3 = dot(i32x4.splat(0), lowQuad(format, w, fifth, 3, table, mask, bit), v128.load32_splat(a, 12));
      if (format == Q8_0) v = v128.load(p, 96), w = v128.load(p, 112);
      s2 = dot(s2, highQuad(format, v, fifth, 2, table, mask, bit), v128.load32_splat(a, 24));
      s3 = dot(s3, highQuad(format, w, fifth, 3, table, mask, bit), v128.load32_splat(a, 28));
      if (!hasHeader(format)) {
        d = scalesOf(format, p, halfMask, unit);
        if (hasMin(format)) m = minimaOf(format, p, halfMask, unit);
      }
      const sum = i32x4.add(i32x4.add(s0, s1), i32x4.add(s2, s3));
      acc = f32x4.add(acc, partOf(format, sum, factorsOf(format, p, d), offsetsOf(format, p, d), d, m, a, flip));
      p += groupBytes(format);
    }
    storeLanes(out + (<usize>row << 2), acc, rowEnd - row);
  }
}
