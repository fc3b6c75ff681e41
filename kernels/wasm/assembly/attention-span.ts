/** Attention of up to four query heads that share a key-value head to the positions of one span. */
import { addValues, scores, SUMS, WEIGHTS } from "./attention-parts";
import { clearState, LEAST, numbersOf } from "./attention-state";
import { cellBytes, cellsOf, PAGE, pageAt, partBytes } from "./cache";
import { softCap as cap } from "./elementwise";
import { exp, expAll, expClose } from "./exp";
import { hidden, sumLanes } from "./simd";
import { places, STREAMS } from "./streams";

/** Positions of a span, and its pages. */
// @ts-ignore: decorator
@inline export const SPAN: i32 = 512;
// @ts-ignore: decorator
@inline const PAGES: usize = SPAN / PAGE;
/** Scratch of `attendSpan`: for each page four factors, the weights and the products of up to four heads. */
// @ts-ignore: decorator
@inline export const SPAN_SCRATCH: usize = PAGES * (16 + 4 * (SUMS + WEIGHTS));

/**
 * Where memory is read in many places at once (`streams.ts`), the pages of a span are, so many positions of each in turn.
 * Else page after page: keys and values are two places already.
 */
// @ts-ignore: decorator
@inline const TURN: i32 = 4;

// prettier-ignore
// @ts-ignore: decorator
@inline function someScores(heads: i32, BF16: bool, q: usize, bytes: usize, keys: usize, begin: i32, end: i32, sums: usize): void {
  const mask = hidden(0xffff0000, begin);
  if (heads == 1) scores(1, BF16, q, bytes, keys, begin, end, sums, mask);
  else if (heads == 2) scores(2, BF16, q, bytes, keys, begin, end, sums, mask);
  else if (heads == 3) scores(3, BF16, q, bytes, keys, begin, end, sums, mask);
  else scores(4, BF16, q, bytes, keys, begin, end, sums, mask);
}

function scores16(heads: i32, q: usize, bytes: usize, keys: usize, begin: i32, end: i32, sums: usize): void {
  someScores(heads, true, q, bytes, keys, begin, end, sums);
}

function scores32(heads: i32, q: usize, bytes: usize, keys: usize, begin: i32, end: i32, sums: usize): void {
  someScores(heads, false, q, bytes, keys, begin, end, sums);
}

// prettier-ignore
// @ts-ignore: decorator
@inline function someValues(heads: i32, wide: bool, BF16: bool, p: usize, values: usize, begin: i32, end: i32, acc: usize, stride: usize, r: usize): void {
  const mask = hidden(0xffff0000, begin);
  if (wide) {
    if (heads == 1) addValues(1, true, BF16, p, values, begin, end, acc, stride, r, mask);
    else addValues(2, true, BF16, p, values, begin, end, acc, stride, r, mask);
  } else if (heads == 1) addValues(1, false, BF16, p, values, begin, end, acc, stride, r, mask);
  else if (heads == 2) addValues(2, false, BF16, p, values, begin, end, acc, stride, r, mask);
  else if (heads == 3) addValues(3, false, BF16, p, values, begin, end, acc, stride, r, mask);
  else addValues(4, false, BF16, p, values, begin, end, acc, stride, r, mask);
}

function values16(heads: i32, wide: bool, p: usize, values: usize, begin: i32, end: i32, acc: usize, stride: usize, r: usize): void {
  someValues(heads, wide, true, p, values, begin, end, acc, stride, r);
}

function values32(heads: i32, wide: bool, p: usize, values: usize, begin: i32, end: i32, acc: usize, stride: usize, r: usize): void {
  someValues(heads, wide, false, p, values, begin, end, acc, stride, r);
}

/** `addValues` for `cells` cells, two at a time where few heads leave registers for them. */
// prettier-ignore
// @ts-ignore: decorator
@inline function addCells(heads: i32, cells: i32, bf16: i32, p: usize, values: usize, begin: i32, end: i32, acc: usize, stride: usize, r: usize): void {
  while (cells > 0) {
    const wide = heads <= 2 && cells >= 2, taken = wide ? 2 : 1;
    if (bf16 != 0) values16(heads, wide, p, values, begin, end, acc, stride, r);
    else values32(heads, wide, p, values, begin, end, acc, stride, r);
    cells -= taken;
    values += <usize>(taken * PAGE) * cellBytes(bf16);
    acc += <usize>taken << 5;
  }
}

/** The second half of the lane sums, scaled: sums of `scores` to scores of positions begin … end − 1, multiples of 4. */
// @ts-ignore: decorator
@inline function finishScores(sums: usize, begin: i32, end: i32, scale: f32, p: usize): void {
  const factor = f32x4.splat(scale);
  for (let i = begin; i < end; i += 4) {
    const at = sums + (<usize>i << 3), a = v128.load(at), b = v128.load(at, 16);
    const s = f32x4.add(i64x2.shuffle(a, b, 0, 2), i64x2.shuffle(a, b, 1, 3));
    v128.store(p + (<usize>i << 2), f32x4.mul(s, factor));
  }
}

/**
 * Sets a state's largest score to that of it and scores 0 … end − 1 (a multiple of 4), and where `LEAST` is how far below
 * it the least lies; returns how far it rose, as a number of at most 0.
 */
// @ts-ignore: decorator
@inline function rise(p: usize, end: i32, numbers: usize): f32 {
  const before = f32.load(numbers);
  // A score that is NaN may get lost here, but not in the sum, by which everything is divided.
  let most = f32x4.splat(before), least = v128.load(p);
  for (let i = 0; i < end; i += 4) {
    const s = v128.load(p + (<usize>i << 2));
    most = f32x4.pmax(most, s), least = f32x4.pmin(least, s);
  }
  most = f32x4.pmax(most, i32x4.shuffle(most, most, 2, 3, 0, 1));
  most = f32x4.pmax(most, i32x4.shuffle(most, most, 1, 0, 3, 2));
  least = f32x4.pmin(least, i32x4.shuffle(least, least, 2, 3, 0, 1));
  least = f32x4.pmin(least, i32x4.shuffle(least, least, 1, 0, 3, 2));
  const largest = f32x4.extract_lane(most, 0);
  f32.store(numbers, largest);
  f32.store(numbers, f32x4.extract_lane(least, 0) - largest, LEAST);
  return before - largest;
}

/**
 * Turns the sums of a page to weights of `count` heads, and their states' numbers to those after the page. First what has
 * to be known of all scores of a head, and only then its exponentials, so that the heads need not wait for each other.
 */
// prettier-ignore
// @ts-ignore: decorator
@inline function weighPage(count: i32, start: i32, begin: i32, end: i32, scale: f32, softCap: f32, slopes: usize, position: i32, sums: usize, p: usize, r: usize, numbers: usize, stateStride: usize): void {
  const from = begin & ~3, to = (end + 3) & ~3;
  for (let h = 0, s = p, at = numbers; h < count; h++, s += WEIGHTS, at += stateStride) {
    finishScores(sums + <usize>h * SUMS, from, to, scale, s);
    const shown = s + (<usize>begin << 2);
    if (softCap > 0) cap(shown, softCap, end - begin, shown);
    if (slopes != 0) {
      const slope = f32.load(slopes + (<usize>h << 2));
      for (let i = begin; i < end; i++) {
        const score = s + (<usize>i << 2);
        f32.store(score, f32.load(score) + slope * <f32>(start + i - position));
      }
    }
    // Outside: weight 0.
    for (let i = 0; i < begin; i++) f32.store(s + (<usize>i << 2), -Infinity);
    for (let i = end; i < to; i++) f32.store(s + (<usize>i << 2), -Infinity);
    f32.store(r + (<usize>h << 2), rise(s, to, at));
  }
  v128.store(r, exp(v128.load(r)));
  for (let h = 0, s = p, at = numbers; h < count; h++, s += WEIGHTS, at += stateStride) {
    const largest = v128.load32_splat(at);
    const sum = f32.load(at, LEAST) >= -86 ? expClose(s, to, largest, sums + <usize>h * SUMS) : expAll(s, to, largest);
    f32.store(at, f32.load(at, 4) * f32.load(r + (<usize>h << 2)) + sumLanes(sum), 4);
  }
}

/** Bytes of a page of the processor's memory. */
// @ts-ignore: decorator
@inline const MEMORY_PAGE: usize = 4096;

/**
 * Loads 512 bytes at `at` of each page of the cache, where a page of the processor's memory begins in all of them. Some
 * processors fetch ahead only within such a page, once they have waited for its first lines: these waits now overlap.
 * `bytes`: of one page's keys or values.
 */
function loadFirst(table: usize, pages: i32, kvHeads: i32, bytes: usize, at: usize): void {
  for (let page = 0; page < pages; page++) {
    const p = at + pageAt(table, page, kvHeads, bytes);
    v128.load(p), v128.load(p, 64), v128.load(p, 128), v128.load(p, 192);
    v128.load(p, 256), v128.load(p, 320), v128.load(p, 384), v128.load(p, 448);
  }
}

/**
 * The states, `stateStride` bytes apart, of heads 0 … count − 1 after positions first … last, all of one span.
 * q: the queries, filled up to `queryBytes` with zeros. `keys`, `values`: where those of the key-value head begin in an
 * extent, of `kvHeads` heads.
 */
// prettier-ignore
export function attendSpan(q: usize, count: i32, keyLength: i32, valueLength: i32, scale: f32, softCap: f32, slopes: usize, position: i32, first: i32, last: i32, table: usize, keys: usize, values: usize, kvHeads: i32, bf16: i32, states: usize, stateStride: usize, scratch: usize): void {
  const r = scratch, p = r + PAGES * 16, sums = p + PAGES * 4 * WEIGHTS;
  const queryBytes = <usize>cellsOf(keyLength) << 5;
  const keyBytes = partBytes(keyLength, bf16), valueBytes = partBytes(valueLength, bf16), keyRow = keyBytes / PAGE;
  for (let h = 0; h < count; h++) clearState(states + <usize>h * stateStride, valueLength);
  const origin = first & ~(PAGE - 1), pages = (last - origin) / PAGE + 1;
  table += <usize>(origin >> 6) << 2;
  const firstTurn = (first - origin) & -TURN, behindLast = ((last - origin) & (PAGE - TURN)) + TURN;
  const isMany = places == STREAMS, atOnce = isMany ? <i32>PAGES : 1, step = isMany ? TURN : PAGE;
  const cells = cellsOf(valueLength), some = isMany ? (count <= 2 ? 2 : 1) : cells;
  for (let done = 0; done < pages; done += atOnce) {
    const past = min(done + atOnce, pages), few = table + (<usize>done << 2);
    // All their scores, but of turns before the first position or behind the last.
    for (let turn = 0; turn < PAGE; turn += step) {
      const ahead = <usize>turn * keyRow;
      if (isMany && ahead % MEMORY_PAGE == 0) loadFirst(few, past - done, kvHeads, keyBytes, keys + ahead);
      for (let page = done; page < past; page++) {
        const begin = page == 0 ? max(turn, firstTurn) : turn, end = page == pages - 1 ? min(turn + step, behindLast) : turn + step;
        if (begin >= end) continue;
        const from = keys + pageAt(table, page, kvHeads, keyBytes), s = sums + <usize>(page - done) * 4 * SUMS;
        if (bf16 != 0) scores16(count, q, queryBytes, from, begin, end, s);
        else scores32(count, q, queryBytes, from, begin, end, s);
      }
    }
    // What they mix: of as many pages one cell or two of each and then the next ones, of one page all.
    for (let cell = 0; cell < cells; cell += some) {
      const at = <usize>(cell * PAGE) * cellBytes(bf16);
      if (isMany && at % MEMORY_PAGE == 0) loadFirst(few, past - done, kvHeads, valueBytes, values + at);
      for (let page = done; page < past; page++) {
        const start = origin + page * PAGE, begin = max(first - start, 0), end = min(last + 1 - start, PAGE);
        const slot = <usize>(page - done), weights = p + slot * 4 * WEIGHTS, factors = r + slot * 16;
        if (cell == 0) weighPage(count, start, begin, end, scale, softCap, slopes, position, sums + slot * 4 * SUMS, weights, factors, numbersOf(states, valueLength), stateStride);
        const from = values + pageAt(table, page, kvHeads, valueBytes) + at;
        addCells(count, min(some, cells - cell), bf16, weights, from, begin, end, states + (<usize>cell << 5), stateStride, factors);
      }
    }
  }
}
