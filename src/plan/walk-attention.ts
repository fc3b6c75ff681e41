import { type AttentionOptions, windowLength } from "../tensor/index.ts";
import type { PlacedOperation, PlacedRotary, Slot } from "./placed.ts";
import { firstSeen, shareStart, spansOf } from "./span-share.ts";
import type { Walk } from "./walk.ts";

type Of<K extends PlacedOperation["kind"]> = Extract<PlacedOperation, { kind: K }>;
type Options = Omit<AttentionOptions, "sinks" | "slopes">;

/** Rotates some heads of one row, from x to out. */
export function rotate(
  walk: Walk,
  arena: number,
  x: Slot,
  out: Slot,
  rotary: PlacedRotary,
  row: number,
  start: number,
  end: number,
): void {
  const { headLength, pairing, table } = rotary;
  const { cos, sin, pairs } = walk.header(arena).angles[table];
  const { kernels, u8 } = walk.space(arena);
  const from = walk.at(x, row, start);
  const to = walk.at(out, row, start);
  const length = end - start;
  const adjacent = pairing === "adjacent" ? 1 : 0;
  u8.copyWithin(to, from, from + 4 * length);
  const angles = 4 * pairs * row;
  kernels.rope(to, length, 1, length / headLength, headLength, pairs, adjacent, cos + angles, sin + angles, 0);
}

/**
 * Rotates queries and keys, and puts keys and values into the cache. One token: each thread does all keys, so that it
 * need not wait for another's (they store the same bytes), and the queries that it will attend with. Several: cut by
 * tokens.
 */
export function walkStore(walk: Walk, operation: Of<"store">): void {
  const { arena, options, rotate: rotaries, query, key, value, rotatedQuery, rotatedKey } = operation;
  const { heads, kvHeads, keyLength, valueLength, layer } = options;
  const { positions, pageTables } = walk.header(arena);
  const { kernels } = walk.space(arena);
  const { extent, offsets } = walk.plan.cache;
  const bf16 = options.cache === "bf16" ? 1 : 0;
  let firstHead = 0;
  let endHead = heads;
  if (walk.single) {
    // All that share a key-value head with one that this thread attends with.
    const start = share(walk, arena, options, walk.thread);
    const end = share(walk, arena, options, walk.thread + 1);
    const group = heads / kvHeads;
    const first = start % heads;
    const past = first + end - start;
    if (past <= heads) {
      firstHead = Math.floor(first / group) * group;
      endHead = start === end ? firstHead : Math.ceil(past / group) * group;
    }
  }
  for (let row = walk.firstRow; row < walk.rowsOf(query); row += walk.rowStep) {
    if (rotaries !== undefined) {
      const from = firstHead * keyLength;
      const to = endHead * keyLength;
      if (from < to) rotate(walk, arena, query, rotatedQuery, rotaries.query, row, from, to);
      rotate(walk, arena, key, rotatedKey, rotaries.key, row, 0, kvHeads * keyLength);
    }
    const k = walk.at(rotatedKey, row);
    const v = walk.at(value, row);
    const p = positions + 4 * row;
    const t = pageTables + 4 * row;
    kernels.storeKeyValue(k, 0, v, 0, 1, p, t, offsets[layer], extent, kvHeads, keyLength, valueLength, bf16);
  }
}

/** One token: cut by heads and spans. Several: each thread takes every so-many-th, since later ones see more positions. */
export function walkAttend(walk: Walk, operation: Of<"attend">): void {
  const { arena, options, sinks, slopes, query, out } = operation;
  const { heads, kvHeads, keyLength, valueLength, scale, layer, softCap = 0, window } = options;
  const { positions, pageTables, partials } = walk.header(arena);
  const { kernels, i32 } = walk.space(arena);
  const { extent, offsets } = walk.plan.cache;
  const scratch = walk.scratch(arena);
  const bf16 = options.cache === "bf16" ? 1 : 0;
  if (walk.single) {
    const start = share(walk, arena, options, walk.thread);
    const end = share(walk, arena, options, walk.thread + 1);
    if (start === end) return;
    const last = lastSeen(walk, arena);
    const first = firstSeen(last, windowLength(window, last));
    const q = walk.at(query, 0);
    const table = i32[pageTables / 4];
    const parts = i32[partials / 4];
    // prettier-ignore
    kernels.attendSpans(
      q, heads, kvHeads, keyLength, valueLength, scale, softCap, slopes, first, last, table, offsets[layer], extent, bf16,
      start, end, parts, scratch,
    );
    return;
  }
  for (let row = walk.firstRow; row < walk.rowsOf(out); row += walk.rowStep) {
    const q = walk.at(query, row);
    const o = walk.at(out, row);
    const p = positions + 4 * row;
    const t = pageTables + 4 * row;
    const seen = windowLength(window, i32[p / 4]) ?? 0;
    // prettier-ignore
    kernels.attention(
      q, 0, o, 0, heads, kvHeads, keyLength, valueLength, scale, softCap, seen, sinks, slopes, p, t, offsets[layer], extent, bf16,
      0, heads, scratch,
    );
  }
}

/** One token: every thread puts all parts together for itself. Several: there is nothing to put together. */
export function walkMergeSpans(walk: Walk, { arena, options, sinks, x, out }: Of<"mergeSpans">): void {
  const { kernels, i32, u8 } = walk.space(arena);
  const { partials } = walk.header(arena);
  for (let row = walk.firstRow; row < walk.rowsOf(out); row += walk.rowStep) {
    const from = walk.at(x, row);
    const to = walk.at(out, row);
    if (walk.single) {
      const spans = spansSeen(walk, arena, options);
      kernels.mergeSpans(i32[partials / 4], options.heads, spans, options.valueLength, sinks, to, walk.scratch(arena));
    } else u8.copyWithin(to, from, from + x.rowBytes);
  }
}

/** The position of a single token. */
function lastSeen(walk: Walk, arena: number): number {
  return walk.space(arena).i32[walk.header(arena).positions / 4];
}

/** How many spans a single token sees. */
function spansSeen(walk: Walk, arena: number, { window }: Options): number {
  const last = lastSeen(walk, arena);
  return spansOf(firstSeen(last, windowLength(window, last)), last);
}

/** The part of a single token's attention with which a thread begins. */
function share(walk: Walk, arena: number, { heads, kvHeads, window }: Options, thread: number): number {
  const last = lastSeen(walk, arena);
  const first = firstSeen(last, windowLength(window, last));
  return shareStart(first, last, heads, kvHeads, thread, walk.plan.threads);
}
