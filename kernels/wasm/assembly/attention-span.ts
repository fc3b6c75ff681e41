/** Attention of up to four query heads that share a key-value head to the positions of one span. */
import { addValues, scores, SUMS, WEIGHTS } from "./attention-parts";
import { clearState, expOf, numbersOf } from "./attention-state";
import { cellsOf, headBytes, PAGE } from "./cache";
import { softCap as cap } from "./elementwise";
import { expAll } from "./exp";
import { hidden, sumLanes } from "./simd";

/** Positions of a span. */
// @ts-ignore: decorator
@inline export const SPAN: i32 = 512;
/** Scratch of `attendSpan`. */
// @ts-ignore: decorator
@inline export const SPAN_SCRATCH: usize = 16 + 4 * (SUMS + WEIGHTS);

// prettier-ignore
// @ts-ignore: decorator
@inline function pageScores(heads: i32, BF16: bool, q: usize, bytes: usize, keys: usize, begin: i32, end: i32, sums: usize, ahead: usize): void {
  const mask = hidden(0xffff0000, begin);
  if (heads == 1) scores(1, BF16, q, bytes, keys, begin, end, sums, mask, ahead);
  else if (heads == 2) scores(2, BF16, q, bytes, keys, begin, end, sums, mask, ahead);
  else if (heads == 3) scores(3, BF16, q, bytes, keys, begin, end, sums, mask, ahead);
  else scores(4, BF16, q, bytes, keys, begin, end, sums, mask, ahead);
}

function scores16(heads: i32, q: usize, bytes: usize, keys: usize, begin: i32, end: i32, sums: usize, ahead: usize): void {
  pageScores(heads, true, q, bytes, keys, begin, end, sums, ahead);
}

function scores32(heads: i32, q: usize, bytes: usize, keys: usize, begin: i32, end: i32, sums: usize, ahead: usize): void {
  pageScores(heads, false, q, bytes, keys, begin, end, sums, ahead);
}

// prettier-ignore
// @ts-ignore: decorator
@inline function pageValues(heads: i32, BF16: bool, p: usize, values: usize, cells: i32, begin: i32, end: i32, acc: usize, stride: usize, r: usize, ahead: usize): void {
  const mask = hidden(0xffff0000, begin);
  const step = <usize>PAGE * (BF16 ? 16 : 32);
  if (heads <= 2) {
    for (; cells >= 2; cells -= 2, values += 2 * step, acc += 64) {
      if (heads == 1) addValues(1, true, BF16, p, values, begin, end, acc, stride, r, mask, ahead);
      else addValues(2, true, BF16, p, values, begin, end, acc, stride, r, mask, ahead);
    }
  }
  for (; cells > 0; cells--, values += step, acc += 32) {
    if (heads == 1) addValues(1, false, BF16, p, values, begin, end, acc, stride, r, mask, ahead);
    else if (heads == 2) addValues(2, false, BF16, p, values, begin, end, acc, stride, r, mask, ahead);
    else if (heads == 3) addValues(3, false, BF16, p, values, begin, end, acc, stride, r, mask, ahead);
    else addValues(4, false, BF16, p, values, begin, end, acc, stride, r, mask, ahead);
  }
}

function values16(heads: i32, p: usize, values: usize, cells: i32, begin: i32, end: i32, acc: usize, stride: usize, r: usize, ahead: usize): void {
  pageValues(heads, true, p, values, cells, begin, end, acc, stride, r, ahead);
}

function values32(heads: i32, p: usize, values: usize, cells: i32, begin: i32, end: i32, acc: usize, stride: usize, r: usize, ahead: usize): void {
  pageValues(heads, false, p, values, cells, begin, end, acc, stride, r, ahead);
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

/** Turns scores 0 … end − 1 (a multiple of 4) to weights; returns by what earlier sums are multiplied. */
// @ts-ignore: decorator
@inline function weigh(p: usize, end: i32, numbers: usize): f32 {
  const before = f32.load(numbers);
  // A score that is NaN may get lost here, but not in the sum, by which everything is divided.
  let m = f32x4.splat(before);
  for (let i = 0; i < end; i += 4) m = f32x4.pmax(m, v128.load(p + (<usize>i << 2)));
  m = f32x4.pmax(m, i32x4.shuffle(m, m, 2, 3, 0, 1));
  m = f32x4.pmax(m, i32x4.shuffle(m, m, 1, 0, 3, 2));
  const sum = expAll(p, end, m);
  const largest = f32x4.extract_lane(m, 0), r = expOf(before - largest);
  f32.store(numbers, largest);
  f32.store(numbers, f32.load(numbers, 4) * r + sumLanes(sum), 4);
  return r;
}

/**
 * The states, `stateStride` bytes apart, of heads 0 … count − 1 after positions first … last, all of one span.
 * q: the queries, filled up to `queryBytes` with zeros. `cache`: of the key-value head, in page 0.
 */
// prettier-ignore
export function attendSpan(q: usize, count: i32, keyLength: i32, valueLength: i32, scale: f32, softCap: f32, slopes: usize, position: i32, first: i32, last: i32, table: usize, cache: usize, pageBytes: usize, bf16: i32, states: usize, stateStride: usize, scratch: usize): void {
  const r = scratch, p = scratch + 16, sums = p + 4 * WEIGHTS;
  const queryBytes = <usize>cellsOf(keyLength) << 5;
  const keyBytes = headBytes(keyLength, 0, bf16);
  // What is asked for ahead of a key lies in the page, even where keys are longer than values.
  const ahead = min(keyBytes, headBytes(0, valueLength, bf16));
  for (let h = 0; h < count; h++) clearState(states + <usize>h * stateStride, valueLength);
  for (let start = first & ~(PAGE - 1); start <= last; start += PAGE) {
    const keys = cache + <usize>load<i32>(table + (<usize>(start >> 6) << 2)) * pageBytes, values = keys + keyBytes;
    const begin = max(first - start, 0), end = min(last + 1 - start, PAGE);
    const from = begin & ~3, to = (end + 3) & ~3;
    if (bf16 != 0) scores16(count, q, queryBytes, keys, from, to, sums, ahead);
    else scores32(count, q, queryBytes, keys, from, to, sums, ahead);
    for (let h = 0; h < count; h++) {
      const s = p + <usize>h * WEIGHTS, shown = s + (<usize>begin << 2);
      finishScores(sums + <usize>h * SUMS, from, to, scale, s);
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
      f32.store(r + (<usize>h << 2), weigh(s, to, numbersOf(states + <usize>h * stateStride, valueLength)));
    }
    // Meanwhile the next page's keys are asked for, or where there is none these once more.
    const next = start + PAGE <= last ? cache + <usize>load<i32>(table + (<usize>((start >> 6) + 1) << 2)) * pageBytes : keys;
    if (bf16 != 0) values16(count, p, values, cellsOf(valueLength), begin, end, states, stateStride, r, next - values);
    else values32(count, p, values, cellsOf(valueLength), begin, end, states, stateStride, r, next - values);
  }
}
