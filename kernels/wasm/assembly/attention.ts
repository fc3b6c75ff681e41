/** Grouped-query attention over the paged cache, in one walk. The order of every sum: `kernels/reference/attention.ts`. */
import { attendSpan, SPAN, SPAN_SCRATCH } from "./attention-span";
import { copyState, finishState, mergeStates, stateBytes } from "./attention-state";
import { cellsOf, keysOf, valuesOf } from "./cache";

/** Copies queries to where each is filled up with zeros to a multiple of 8 numbers. */
// @ts-ignore: decorator
@inline function copyQueries(from: usize, count: i32, keyLength: i32, to: usize): void {
  const bytes = <usize>keyLength << 2, padded = <usize>cellsOf(keyLength) << 5;
  for (let h = 0; h < count; h++, from += bytes, to += padded) {
    memory.copy(to, from, bytes);
    for (let k = bytes; k < padded; k += 4) store<f32>(to + k, 0);
  }
}

/**
 * The attention of the query heads numbered itemStart … itemEnd − 1, token after token (`heads` a token); threads take
 * ranges. Query rows, `queryStride` apart, are [heads, keyLength], out's [heads, valueLength]. `positions`, `tables`,
 * `cache`, `extent`, `bf16`: as `storeKeyValue`. `softCap`, `window`: 0 for none. `sinks`, `slopes`: addresses of a
 * single for each head, or 0. `scratch`: 16·keyLength + 32·valueLength + 26,000 bytes.
 */
// prettier-ignore
export function attention(query: usize, queryStride: i32, out: usize, outStride: i32, heads: i32, kvHeads: i32, keyLength: i32, valueLength: i32, scale: f32, softCap: f32, window: i32, sinks: usize, slopes: usize, positions: usize, tables: usize, cache: usize, extent: i32, bf16: i32, itemStart: i32, itemEnd: i32, scratch: usize): void {
  const group = heads / kvHeads, stride = stateBytes(valueLength);
  const total = scratch + SPAN_SCRATCH, one = total + 4 * stride, q = one + 4 * stride;
  for (let item = itemStart; item < itemEnd;) {
    const t = item / heads, head = item % heads, kvHead = head / group;
    const count = min(min(4, itemEnd - item), (kvHead + 1) * group - head);
    const position = load<i32>(positions + (<usize>t << 2)), table = <usize>load<u32>(tables + (<usize>t << 2));
    const first = window > 0 ? max(0, position - window + 1) : 0;
    copyQueries(query + ((<usize>t * queryStride + <usize>head * keyLength) << 2), count, keyLength, q);
    const keys = cache + keysOf(kvHead, keyLength, bf16), values = cache + valuesOf(extent, kvHead, kvHeads, keyLength, valueLength, bf16);
    const slope = slopes != 0 ? slopes + (<usize>head << 2) : 0;
    for (let start = first & ~(SPAN - 1); start <= position; start += SPAN) {
      const isFirst = start <= first, states = isFirst ? total : one;
      attendSpan(q, count, keyLength, valueLength, scale, softCap, slope, position, max(first, start), min(position, start + SPAN - 1), table, keys, values, kvHeads, bf16, states, stride, scratch);
      if (!isFirst) for (let h: usize = 0; h < <usize>count; h++) mergeStates(total + h * stride, one + h * stride, valueLength);
    }
    for (let h = 0; h < count; h++) {
      const sink = sinks != 0 ? sinks + (<usize>(head + h) << 2) : 0;
      finishState(total + <usize>h * stride, sink, valueLength, out + ((<usize>t * outStride + <usize>(head + h) * valueLength) << 2));
    }
    item += count;
  }
}

/** Bytes of what `attendSpans` leaves of each head and span. */
export function partialBytes(valueLength: i32): usize {
  return stateBytes(valueLength);
}

/**
 * The first half of one token's attention, to positions `first` … `position`: parts of it, by which threads share a long
 * text. Part span·heads + head is that of a head in one of the spans of 512 positions, of which the first is that of
 * `first`. Parts partStart … partEnd − 1 are computed and left at partials, [heads, spans] of
 * `partialBytes`. All else as `attention`.
 */
// prettier-ignore
export function attendSpans(query: usize, heads: i32, kvHeads: i32, keyLength: i32, valueLength: i32, scale: f32, softCap: f32, slopes: usize, first: i32, position: i32, table: usize, cache: usize, extent: i32, bf16: i32, partStart: i32, partEnd: i32, partials: usize, scratch: usize): void {
  const group = heads / kvHeads, firstSpan = first / SPAN, spans = position / SPAN + 1 - firstSpan;
  const bytes = stateBytes(valueLength), stride = <usize>spans * bytes, q = scratch + SPAN_SCRATCH;
  for (let part = partStart; part < partEnd;) {
    const span = part / heads, head = part % heads, kvHead = head / group, start = (firstSpan + span) * SPAN;
    const count = min(min(4, partEnd - part), (kvHead + 1) * group - head);
    copyQueries(query + (<usize>(head * keyLength) << 2), count, keyLength, q);
    const keys = cache + keysOf(kvHead, keyLength, bf16), values = cache + valuesOf(extent, kvHead, kvHeads, keyLength, valueLength, bf16);
    const slope = slopes != 0 ? slopes + (<usize>head << 2) : 0;
    const states = partials + <usize>head * stride + <usize>span * bytes;
    attendSpan(q, count, keyLength, valueLength, scale, softCap, slope, position, max(first, start), min(position, start + SPAN - 1), table, keys, values, kvHeads, bf16, states, stride, scratch);
    part += count;
  }
}

/** The second half: adds up what `attendSpans` left, and writes [heads, valueLength]. `scratch`: `partialBytes`. */
// prettier-ignore
export function mergeSpans(partials: usize, heads: i32, spans: i32, valueLength: i32, sinks: usize, out: usize, scratch: usize): void {
  const bytes = stateBytes(valueLength);
  for (let head = 0; head < heads; head++, out += <usize>valueLength << 2) {
    copyState(partials, scratch, bytes);
    partials += bytes;
    for (let span = 1; span < spans; span++, partials += bytes) mergeStates(scratch, partials, valueLength);
    finishState(scratch, sinks != 0 ? sinks + (<usize>head << 2) : 0, valueLength, out);
  }
}
