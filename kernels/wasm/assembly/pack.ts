/** From a file's blocks, row after row, to packed bands (`packed.ts`). Block layouts: `kernels/formats`. */
import { packLevels } from "./pack-levels";
import { BF16, F16, F32, groupBytes, hasHalves, hasMin, headerBytes, IQ4_NL, IQ4_XS, isK, MXFP4, Q2_K, Q3_K, Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0 } from "./packed";
import { hasFifth } from "./quad";
import { single } from "./simd";

/** Bytes of a block in the file. */
// @ts-ignore: decorator
@inline function blockBytes(format: i32): usize {
  switch (format) {
    case Q4_0: return 18;
    case Q4_1: return 20;
    case Q5_0: return 22;
    case Q5_1: return 24;
    case Q8_0: return 34;
    case Q2_K: return 84;
    case Q3_K: return 110;
    case Q4_K: return 144;
    case Q5_K: return 176;
    case Q6_K: return 210;
    default: return 0;
  }
}

/** Where in a block the scale d lies; m or dmin follows. */
// @ts-ignore: decorator
@inline function scaleAt(format: i32): usize {
  return format == Q2_K ? 80 : format == Q3_K ? 108 : format == Q6_K ? 208 : 0;
}

// @ts-ignore: decorator
@inline function isBad(p: usize): bool {
  return (load<u16>(p) & 0x7c00) == 0x7c00;
}

/** Bits `place`, … (`width` 1 or 2) of each of the bytes at `p`, four and four: quad j to bits `width`·j. */
// @ts-ignore: decorator
@inline function gather(p: usize, quads: i32, place: i32, width: i32): u32 {
  const mask: u32 = width == 1 ? 0x01010101 : 0x03030303;
  let word: u32 = 0;
  for (let j = 0; j < quads; j++) word |= ((load<u32>(p + 4 * j) >> place) & mask) << (width * j);
  return word;
}

/** Scale `s` (0…7) of Q4_K and Q5_K, or with `p` 4 bytes on, minimum `s`. See `scales-k4.ts` of the formats. */
// @ts-ignore: decorator
@inline function scaleK4(scales: usize, s: i32, minimum: i32): u32 {
  if (s < 4) return <u32>load<u8>(scales + 4 * minimum + s) & 63;
  return ((<u32>load<u8>(scales + 4 + s) >> (4 * minimum)) & 15) | ((<u32>load<u8>(scales + 4 * minimum + s - 4) >> 6) << 4);
}

/** Bit k of 16 as the fifth bit of byte k. */
// @ts-ignore: decorator
@inline function fifthBits(p: usize): v128 {
  const bytes = i8x16.shuffle(v128.load16_splat(p), v128.load16_splat(p), 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  const own = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  return v128.and(i8x16.eq(v128.and(bytes, own), own), i8x16.splat(16));
}

/**
 * Quads 4h … 4h + 3 of one row in group `g` of the block at `src`, a number in each byte: of formats with four bits or
 * more, without Q8_0.
 */
// @ts-ignore: decorator
@inline function fourQuads(format: i32, src: usize, g: i32, h: i32): v128 {
  const low = i8x16.splat(15);
  if (format == Q6_K) {
    const nibbles = v128.and(i32x4.shr_u(v128.load(src + 64 * (g >> 2) + 32 * (g & 1) + 16 * h), 2 * (g & 2)), low);
    const pairs = v128.and(i32x4.shr_u(v128.load(src + 128 + 32 * (g >> 2) + 16 * h), 2 * (g & 3)), i8x16.splat(3));
    return v128.or(nibbles, i32x4.shl(pairs, 4));
  }
  if (format == Q4_K || format == Q5_K) {
    const from = src + (format == Q4_K ? 16 : 48) + 32 * (g >> 1) + 16 * h;
    const nibbles = v128.and(i32x4.shr_u(v128.load(from), 4 * (g & 1)), low);
    if (format == Q4_K) return nibbles;
    return v128.or(nibbles, i32x4.shl(v128.and(i32x4.shr_u(v128.load(src + 16 + 16 * h), g), i8x16.splat(1)), 4));
  }
  const from = src + blockBytes(format) - 16;
  const nibbles = v128.and(i32x4.shr_u(v128.load(from), 4 * h), low);
  return hasFifth(format) ? v128.or(nibbles, fifthBits(from - 4 + 2 * h)) : nibbles;
}

/** Packs the numbers of group `g` of the block at `src`, those of one row: see `packed.ts`. */
// @ts-ignore: decorator
@inline function packNumbers(format: i32, src: usize, g: i32, to: usize): void {
  let v = fourQuads(format, src, g, 0), w = fourQuads(format, src, g, 1);
  if (format == Q6_K) {
    const parts = i32x4(0x03030303, 0x0c0c0c0c, 0x30303030, 0), places = i32x4(64, 16, 4, 0);
    v = v128.or(v, i32x4.mul(v128.and(i32x4.shuffle(v, v, 3, 3, 3, 3), parts), places));
    w = v128.or(w, i32x4.mul(v128.and(i32x4.shuffle(w, w, 3, 3, 3, 3), parts), places));
    v128.store32_lane(to + 48, w, 0);
    v128.store32_lane(to + 64, w, 1);
    v128.store32_lane(to + 80, w, 2);
  } else if (hasFifth(format)) {
    const parts = i32x4(0x1c1c1c1c, 0x03030303, 0x1c1c1c1c, 0x03030303), places = i32x4(8, 64, 8, 64);
    const bits = i32x4(0, 0x02020202, 0, 0x01010101), bitPlaces = i32x4(0, 16, 0, 32);
    v = v128.or(v, i32x4.mul(v128.and(i32x4.shuffle(w, w, 1, 1, 2, 2), parts), places));
    v = v128.or(v, i32x4.mul(v128.and(i32x4.shuffle(w, w, 3, 3, 3, 3), bits), bitPlaces));
    store<i32>(to + 64, i32x4.extract_lane(w, 0) | ((i32x4.extract_lane(w, 3) & 0x1c1c1c1c) << 3));
  } else v = v128.or(v, i32x4.shl(w, 4));
  v128.store32_lane(to, v, 0);
  v128.store32_lane(to + 16, v, 1);
  v128.store32_lane(to + 32, v, 2);
  if (format != Q6_K) v128.store32_lane(to + 48, v, 3);
}

/** Packs group `g` of the block at `src` as row `r` of the group at `dst`. */
// @ts-ignore: decorator
@inline function packGroup(format: i32, src: usize, g: i32, dst: usize, r: i32): void {
  const to = dst + 4 * r;
  if (format == Q8_0) {
    for (let j = 0; j < 8; j++) store<u32>(to + 16 * j, load<u32>(src + 2 + 4 * j));
  } else if (!hasHalves(format) || format == Q6_K) {
    packNumbers(format, src, g, to);
    if (format == Q4_K || format == Q5_K) {
      const at = dst + (format == Q5_K ? 80 : 64) + r;
      store<u8>(at, scaleK4(src + 4, g, 0));
      store<u8>(at + 4, scaleK4(src + 4, g, 1));
    } else if (format == Q6_K) {
      store<u8>(dst + 96 + r, load<u8>(src + 192 + 2 * g));
      store<u8>(dst + 100 + r, load<u8>(src + 193 + 2 * g));
    }
  } else {
    const qs = src + (format == Q2_K ? 16 : 32) + 32 * (g >> 2);
    store<u32>(to, gather(qs, 4, 2 * (g & 3), 2));
    store<u32>(to + 16, gather(qs + 16, 4, 2 * (g & 3), 2));
    if (format == Q2_K) store<u16>(dst + 32 + 2 * r, load<u16>(src + 2 * g));
    else {
      store<u32>(to + 32, gather(src, 8, g, 1));
      for (let h = 0; h < 2; h++) {
        const s = 2 * g + h;
        const low = (<i32>load<u8>(src + 96 + (s & 7)) >> (s < 8 ? 0 : 4)) & 15;
        const upper = (<i32>load<u8>(src + 104 + (s & 3)) >> (2 * (s >> 2))) & 3;
        store<i8>(dst + 48 + 2 * r + h, <i8>((low | (upper << 4)) - 32));
      }
    }
  }
}

/** Packs `rows` rows; answers the number of the first block with an infinite or NaN half, or −1. */
// @ts-ignore: decorator
@inline function packAs(format: i32, src: usize, rows: i32, columns: i32, dst: usize): i32 {
  const blocks = isK(format) ? columns >> 8 : columns >> 5;
  const blockSize = isK(format) ? headerBytes(format) + 8 * groupBytes(format) : groupBytes(format);
  let bad = i32.MAX_VALUE;
  for (let row = 0; row < rows; row += 4) {
    const lanes = min(4, rows - row);
    if (lanes < 4) memory.fill(dst, 0, <usize>blocks * blockSize);
    for (let block = 0; block < blocks; block++) {
      for (let r = 0; r < lanes; r++) {
        const index = (row + r) * blocks + block;
        const from = src + <usize>index * blockBytes(format);
        const scale = from + scaleAt(format);
        if (isBad(scale) || (hasMin(format) && isBad(scale + 2))) bad = min(bad, index);
        if (isK(format)) {
          store<f32>(dst + 4 * r, single(load<u16>(scale)));
          if (hasMin(format)) store<f32>(dst + 4 * r + 16, single(load<u16>(scale + 2)));
        } else {
          const to = dst + 2 * r + groupBytes(format) - (hasMin(format) ? 16 : 8);
          store<u16>(to, load<u16>(scale));
          if (hasMin(format)) store<u16>(to + 8, load<u16>(scale + 2));
        }
        let group = dst + headerBytes(format);
        for (let g = 0; g < (isK(format) ? 8 : 1); g++) {
          packGroup(format, from, g, group, r);
          group += groupBytes(format);
        }
      }
      dst += blockSize;
    }
  }
  return bad == i32.MAX_VALUE ? -1 : bad;
}

/** Packs rows of single values of type T; answers the number of the first that is infinite or NaN, or −1. */
// @ts-ignore: decorator
@inline function packValues<T>(src: usize, rows: i32, columns: i32, exponent: T, dst: usize): i32 {
  const count = <i32>(16 / sizeof<T>()), band = <usize>((columns + count - 1) / count) * 64;
  const mask = sizeof<T>() == 4 ? i32x4.splat(<i32>exponent) : i16x8.splat(<i16>exponent);
  let bad = i32.MAX_VALUE;
  for (let row = 0; row < rows; row++) {
    // Row r of a band is every fourth vector of it, from vector r on.
    let to = dst + <usize>(row >> 2) * band + <usize>(row & 3) * 16;
    for (let left = columns; left > 0; left -= count, to += 64) {
      const some = min(left, count);
      if (some < count) {
        v128.store(to, i32x4.splat(0));
        memory.copy(to, src, <usize>some * sizeof<T>());
      }
      const v = v128.load(some < count ? to : src);
      const bits = v128.and(v, mask);
      const isBad = sizeof<T>() == 4 ? v128.any_true(i32x4.eq(bits, mask)) : v128.any_true(i16x8.eq(bits, mask));
      if (isBad && bad == i32.MAX_VALUE) bad = row * columns + columns - left + firstBad<T>(src, exponent);
      v128.store(to, sizeof<T>() == 4 ? v : i16x8.shuffle(v, v, 0, 4, 1, 5, 2, 6, 3, 7));
      src += <usize>some * sizeof<T>();
    }
  }
  for (let row = rows; (row & 3) != 0; row++) {
    let to = dst + <usize>(row >> 2) * band + <usize>(row & 3) * 16;
    for (const end = to + band; to < end; to += 64) v128.store(to, i32x4.splat(0));
  }
  return bad == i32.MAX_VALUE ? -1 : bad;
}

/** The place of the first value at `p` that is infinite or NaN, of which there is one. */
// @ts-ignore: decorator
@inline function firstBad<T>(p: usize, exponent: T): i32 {
  let i = 0;
  while ((load<T>(p + <usize>i * sizeof<T>()) & exponent) != exponent) i++;
  return i;
}

/**
 * Packs `rows` rows (a multiple of 4, except at the end of the weight, where rows of zeros fill the band) of `columns`
 * values from the file's blocks at `src`. Answers the number (from `src` on) of the first block (F32, F16, BF16: value)
 * with an infinite or NaN half, or −1.
 */
export function pack(format: i32, src: usize, rows: i32, columns: i32, dst: usize): i32 {
  switch (format) {
    case F32: return packValues<u32>(src, rows, columns, 0x7f800000, dst);
    case F16: return packValues<u16>(src, rows, columns, 0x7c00, dst);
    case BF16: return packValues<u16>(src, rows, columns, 0x7f80, dst);
    case Q4_0: return packAs(Q4_0, src, rows, columns, dst);
    case Q4_1: return packAs(Q4_1, src, rows, columns, dst);
    case Q5_0: return packAs(Q5_0, src, rows, columns, dst);
    case Q5_1: return packAs(Q5_1, src, rows, columns, dst);
    case Q8_0: return packAs(Q8_0, src, rows, columns, dst);
    case Q2_K: return packAs(Q2_K, src, rows, columns, dst);
    case Q3_K: return packAs(Q3_K, src, rows, columns, dst);
    case Q4_K: return packAs(Q4_K, src, rows, columns, dst);
    case Q5_K: return packAs(Q5_K, src, rows, columns, dst);
    case Q6_K: return packAs(Q6_K, src, rows, columns, dst);
    case IQ4_NL:
    case IQ4_XS:
    case MXFP4: return packLevels(format, src, rows, columns, dst);
    default: return -1;
  }
}
