/** Grouped-query attention over the paged cache, in one walk. The order of every sum: `kernels/reference/attention.ts`. */
import { addValues, scores } from "./attention-parts";
import { copyRow, PAGE, rowBytes } from "./cache";
import { softCap as cap } from "./elementwise";
import { exp } from "./exp";
import { storeLanes } from "./simd";
import { expAndSum, largestOf } from "./softmax";

// @ts-ignore: decorator
@inline function expOf(x: f32): f32 {
  return f32x4.extract_lane(exp(f32x4.splat(x)), 0);
}

/** The scores of a page's positions, by the number of heads. */
// prettier-ignore
function pageScores(heads: i32, q: usize, bytes: usize, keys: usize, begin: i32, end: i32, scale: f32, p: usize, ahead: usize, aheadBytes: usize): void {
  if (heads == 1) scores(1, q, bytes, keys, begin, end, scale, p, ahead, aheadBytes);
  else if (heads == 2) scores(2, q, bytes, keys, begin, end, scale, p, ahead, aheadBytes);
  else if (heads == 3) scores(3, q, bytes, keys, begin, end, scale, p, ahead, aheadBytes);
  else scores(4, q, bytes, keys, begin, end, scale, p, ahead, aheadBytes);
}

// prettier-ignore
function pageValues(heads: i32, p: usize, values: usize, bytes: usize, begin: i32, end: i32, acc: usize, r: usize, ahead: usize, aheadBytes: usize): void {
  if (heads == 1) addValues(1, p, values, bytes, begin, end, acc, r, ahead, aheadBytes);
  else if (heads == 2) addValues(2, p, values, bytes, begin, end, acc, r, ahead, aheadBytes);
  else if (heads == 3) addValues(3, p, values, bytes, begin, end, acc, r, ahead, aheadBytes);
  else addValues(4, p, values, bytes, begin, end, acc, r, ahead, aheadBytes);
}

/**
 * The attention of the query heads numbered itemStart … itemEnd − 1, token after token (`heads` a token); threads take
 * ranges. Query rows, `queryStride` apart, are [heads, keyLength], out's [heads, valueLength]. `positions`, `tables`,
 * `cache`, `pageBytes`: as `storeKeyValue`. `softCap`, `window`: 0 for none. `sinks`, `slopes`: addresses of a single for
 * each head, or 0. `scratch`: 16·(keyLength + valueLength) + 1,200 bytes.
 */
// prettier-ignore
export function attention(query: usize, queryStride: i32, out: usize, outStride: i32, heads: i32, kvHeads: i32, keyLength: i32, valueLength: i32, scale: f32, softCap: f32, window: i32, sinks: usize, slopes: usize, positions: usize, tables: usize, cache: usize, pageBytes: usize, itemStart: i32, itemEnd: i32, scratch: usize): void {
  const group = heads / kvHeads;
  const keyBytes = rowBytes(keyLength), valueBytes = rowBytes(valueLength);
  const r = scratch, m = scratch + 16, sum = scratch + 32, p = scratch + 48;
  const q = p + 4 * 4 * PAGE, acc = q + 4 * keyBytes;
  for (let item = itemStart; item < itemEnd;) {
    const t = item / heads, head = item % heads, kvHead = head / group;
    const count = min(min(4, itemEnd - item), (kvHead + 1) * group - head);
    const position = load<i32>(positions + (<usize>t << 2)), table = <usize>load<u32>(tables + (<usize>t << 2));
    const first = window > 0 ? max(0, position - window + 1) : 0;
    const from = query + ((<usize>t * queryStride + <usize>head * keyLength) << 2);
    for (let h = 0; h < count; h++) {
      copyRow(from + (<usize>(h * keyLength) << 2), keyLength, q + <usize>h * keyBytes);
      f32.store(m + (<usize>h << 2), -Infinity);
      f32.store(sum + (<usize>h << 2), 0);
    }
    memory.fill(acc, 0, <usize>count * valueBytes);
    for (let start = first & ~(PAGE - 1); start <= position; start += PAGE) {
      const page = cache + <usize>load<i32>(table + (<usize>(start >> 6) << 2)) * pageBytes;
      const begin = max(first - start, 0), end = min(position + 1 - start, PAGE);
      const keys = page + <usize>(kvHead * PAGE) * keyBytes;
      const values = page + <usize>(kvHeads * PAGE) * keyBytes + <usize>(kvHead * PAGE) * valueBytes;
      pageScores(count, q, keyBytes, keys, begin, end, scale, p, values, valueBytes);
      for (let h = 0; h < count; h++) {
        const s = p + <usize>h * 4 * PAGE, at = <usize>h << 2;
        const shown = s + (<usize>begin << 2);
        if (softCap > 0) cap(shown, softCap, end - begin, shown);
        if (slopes != 0) {
          const slope = f32.load(slopes + (<usize>(head + h) << 2));
          for (let i = begin; i < end; i++) {
            const score = s + (<usize>i << 2);
            f32.store(score, f32.load(score) + slope * <f32>(start + i - position));
          }
        }
        for (let i = 0; i < begin; i++) f32.store(s + (<usize>i << 2), -Infinity); // before the window: weight 0
        const before = f32.load(m + at);
        const largest = largestOf(shown, end - begin, before);
        const factor = expOf(before - largest);
        f32.store(r + at, factor);
        f32.store(sum + at, f32.load(sum + at) * factor + expAndSum(s, end, largest, s));
        f32.store(m + at, largest);
      }
      // Meanwhile the next page's keys are asked for, or where there is none these once more.
      const next = start + PAGE <= position ? cache + <usize>load<i32>(table + (<usize>((start >> 6) + 1) << 2)) * pageBytes : page;
      pageValues(count, p, values, valueBytes, begin, end, acc, r, next + <usize>(kvHead * PAGE) * keyBytes, keyBytes);
    }
    for (let h = 0; h < count; h++) {
      const at = <usize>h << 2;
      let total = f32.load(sum + at), factor: f32 = 1;
      if (sinks != 0) {
        const sink = f32.load(sinks + (<usize>(head + h) << 2)), before = f32.load(m + at);
        const largest = max(before, sink);
        factor = expOf(before - largest);
        total = total * factor + expOf(sink - largest);
      }
      let o = out + ((<usize>t * outStride + <usize>(head + h) * valueLength) << 2), a = acc + <usize>h * valueBytes;
      for (let left = valueLength; left > 0; left -= 4, o += 16, a += 16) {
        const value = sinks != 0 ? f32x4.mul(v128.load(a), f32x4.splat(factor)) : v128.load(a);
        storeLanes(o, f32x4.div(value, f32x4.splat(total)), left);
      }
    }
    item += count;
  }
}
