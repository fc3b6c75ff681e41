/**
 * The key-value cache of one layer: pages of 64 positions, a page the keys [kvHeads, 64, keyLength] and then the values
 * [kvHeads, 64, valueLength], in singles. Lengths are filled up with zeros to multiples of 4.
 */

/** Positions of a page, which attention takes together. */
// @ts-ignore: decorator
@inline export const PAGE: i32 = 64;

/** Bytes of a row of `length` values, filled up to a multiple of 4 values. */
// @ts-ignore: decorator
@inline export function rowBytes(length: i32): usize {
  return <usize>((length + 3) & ~3) << 2;
}

/** Bytes of a page of one layer. */
export function cachePageBytes(kvHeads: i32, keyLength: i32, valueLength: i32): usize {
  return <usize>(kvHeads * PAGE) * (rowBytes(keyLength) + rowBytes(valueLength));
}

/** Copies `length` values and fills the row with zeros. */
// @ts-ignore: decorator
@inline export function copyRow(from: usize, length: i32, to: usize): void {
  const bytes = <usize>length << 2;
  memory.copy(to, from, bytes);
  for (let k = bytes; k < rowBytes(length); k += 4) store<f32>(to + k, 0);
}

/**
 * Puts the keys and values of `tokens` tokens into the cache. `positions`: i32 for each token, its place in its sequence.
 * `tables`: for each token the address (u32) of its sequence's page table, i32 page numbers; page n lies at
 * cache + n·pageBytes.
 */
// prettier-ignore
export function storeKeyValue(keys: usize, keyStride: i32, values: usize, valueStride: i32, tokens: i32, positions: usize, tables: usize, cache: usize, pageBytes: usize, kvHeads: i32, keyLength: i32, valueLength: i32): void {
  const keyBytes = rowBytes(keyLength), valueBytes = rowBytes(valueLength);
  for (let t = 0; t < tokens; t++) {
    const position = load<i32>(positions + (<usize>t << 2)), table = <usize>load<u32>(tables + (<usize>t << 2));
    const page = cache + <usize>load<i32>(table + (<usize>(position >> 6) << 2)) * pageBytes;
    const firstValue = page + <usize>(kvHeads * PAGE) * keyBytes;
    for (let head = 0; head < kvHeads; head++) {
      const row = <usize>(head * PAGE + (position & 63));
      copyRow(keys + (<usize>(head * keyLength) << 2), keyLength, page + row * keyBytes);
      copyRow(values + (<usize>(head * valueLength) << 2), valueLength, firstValue + row * valueBytes);
    }
    keys += <usize>keyStride << 2;
    values += <usize>valueStride << 2;
  }
}
