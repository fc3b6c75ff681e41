/**
 * The key-value cache of one layer: pages of 64 positions. `extent` pages, a multiple of 8 and 64 at most, lie in an
 * extent, in the order in which attention reads them:
 *
 *     keys    [extent / 8][key-value heads][8 pages][64 positions][cells of 8 numbers]
 *     values  [extent / 8][key-value heads][8 pages][cells of 8 numbers][64 positions]
 *
 * so that either is read from its beginning to its end: some processors fetch ahead for each load instruction apart, and
 * only where it goes straight on. A cell is eight singles, or eight bfloat16 in four words of 32 bits: number d in the
 * lower half of word d, number d + 4 in the upper half. Lengths are filled up with zeros to multiples of 8.
 *
 * A page table holds for each page of a text one u32: the address of an extent, a multiple of 64, plus the page's place
 * in it.
 */
import { loadLanes } from "./simd";

/** Positions of a page, which attention takes together. */
// @ts-ignore: decorator
@inline export const PAGE: i32 = 64;
/** Pages that lie side by side. */
// @ts-ignore: decorator
@inline const RUN: i32 = 8;

/** Cells of a row of `length` numbers. */
// @ts-ignore: decorator
@inline export function cellsOf(length: i32): i32 {
  return (length + 7) >> 3;
}

/** Bytes of a cell. */
// @ts-ignore: decorator
@inline export function cellBytes(bf16: i32): usize {
  return bf16 != 0 ? 16 : 32;
}

/** Bytes of one key-value head's keys in a page, or of its values: `length` numbers of each position. */
// @ts-ignore: decorator
@inline export function partBytes(length: i32, bf16: i32): usize {
  return <usize>(PAGE * cellsOf(length)) * cellBytes(bf16);
}

/** Bytes of a page of one layer. `bf16`: 1 for bfloat16, 0 for singles. */
export function cachePageBytes(kvHeads: i32, keyLength: i32, valueLength: i32, bf16: i32): usize {
  return <usize>kvHeads * (partBytes(keyLength, bf16) + partBytes(valueLength, bf16));
}

/** Where the keys of a key-value head begin in an extent. */
// @ts-ignore: decorator
@inline export function keysOf(kvHead: i32, keyLength: i32, bf16: i32): usize {
  return <usize>(RUN * kvHead) * partBytes(keyLength, bf16);
}

/** Where its values begin. */
// @ts-ignore: decorator
@inline export function valuesOf(extent: i32, kvHead: i32, kvHeads: i32, keyLength: i32, valueLength: i32, bf16: i32): usize {
  return <usize>(extent * kvHeads) * partBytes(keyLength, bf16) + <usize>(RUN * kvHead) * partBytes(valueLength, bf16);
}

/** What a page table's entry `page` adds to the place in an extent where `bytes` bytes of each page begin. */
// @ts-ignore: decorator
@inline export function pageAt(table: usize, page: i32, kvHeads: i32, bytes: usize): usize {
  const entry = <usize>load<u32>(table + (<usize>page << 2)), place = <i32>entry & 63;
  return (entry & ~63) + <usize>((place & -RUN) * kvHeads + (place & (RUN - 1))) * bytes;
}

/** The bits of four singles, in the upper halves those of the nearest bfloat16, ties to even; NaN stays NaN. */
// @ts-ignore: decorator
@inline function rounded(x: v128): v128 {
  const odd = v128.and(i32x4.shr_u(x, 16), i32x4.splat(1));
  const nearest = i32x4.add(i32x4.add(x, i32x4.splat(0x7fff)), odd);
  return v128.bitselect(nearest, v128.or(x, i32x4.splat(0x400000)), f32x4.eq(x, x));
}

/** Stores `length` numbers as cells `stride` bytes apart. */
// @ts-ignore: decorator
@inline function storeCells(from: usize, length: i32, to: usize, stride: usize, bf16: i32): void {
  for (let left = length; left > 0; left -= 8, from += 32, to += stride) {
    const low = loadLanes(from, left), high = left > 4 ? loadLanes(from + 16, left - 4) : i32x4.splat(0);
    if (bf16 != 0) {
      const upper = v128.and(rounded(high), i32x4.splat(0xffff0000));
      v128.store(to, v128.or(i32x4.shr_u(rounded(low), 16), upper));
    } else v128.store(to, low), v128.store(to, high, 16);
  }
}

/**
 * Puts the keys and values of `tokens` tokens into the cache. `positions`: i32 for each token, its place in its sequence.
 * `tables`: for each token the address (u32) of its sequence's page table. `cache` is added to the addresses of extents.
 * `bf16`: 1 to round them to bfloat16, 0 for singles.
 */
// prettier-ignore
export function storeKeyValue(keys: usize, keyStride: i32, values: usize, valueStride: i32, tokens: i32, positions: usize, tables: usize, cache: usize, extent: i32, kvHeads: i32, keyLength: i32, valueLength: i32, bf16: i32): void {
  const cell = cellBytes(bf16), row = <usize>cellsOf(keyLength) * cell;
  const keyBytes = partBytes(keyLength, bf16), valueBytes = partBytes(valueLength, bf16);
  for (let t = 0; t < tokens; t++) {
    const position = load<i32>(positions + (<usize>t << 2)), table = <usize>load<u32>(tables + (<usize>t << 2));
    const i = <usize>(position & 63);
    const key = cache + pageAt(table, position >> 6, kvHeads, keyBytes) + i * row;
    const value = cache + pageAt(table, position >> 6, kvHeads, valueBytes) + i * cell;
    for (let h = 0; h < kvHeads; h++) {
      const firstKey = key + keysOf(h, keyLength, bf16), firstValue = value + valuesOf(extent, h, kvHeads, keyLength, valueLength, bf16);
      storeCells(keys + (<usize>(h * keyLength) << 2), keyLength, firstKey, cell, bf16);
      storeCells(values + (<usize>(h * valueLength) << 2), valueLength, firstValue, <usize>PAGE * cell, bf16);
    }
    keys += <usize>keyStride << 2;
    values += <usize>valueStride << 2;
  }
}
