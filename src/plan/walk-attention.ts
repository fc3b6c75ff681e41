import { type AttentionOptions, windowLength } from "../tensor/index.ts";
import type { PlacedOperation, PlacedRotary, Slot } from "./placed.ts";
import { type Seen, firstSeen, spanShare, spansOf } from "./span-share.ts";
import type { Range, Walk } from "./walk.ts";

/** Page tables hold addresses in units of so many bytes. */
export const pageUnit = 64;

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
  { start, end }: Range,
): void {
  const { headLength, pairing, table } = rotary;
  const { cos, sin, pairs } = walk.header(arena).angles[table];
  const { kernels, u8 } = walk.space(arena);
  const [from, to, length] = [walk.at(x, row, start), walk.at(out, row, start), end - start];
  u8.copyWithin(to, from, from + 4 * length);
  const [c, s] = [cos + 4 * pairs * row, sin + 4 * pairs * row];
  kernels.rope(to, length, 1, length / headLength, headLength, pairs, Number(pairing === "adjacent"), c, s, 0);
}

/**
 * Rotates queries and keys, and puts keys and values into the cache. One token: each thread does all keys, so that it
 * need not wait for another's (they store the same bytes), and the queries that it will attend with. Several: cut by
 * tokens.
 */
export function walkStore(walk: Walk, operation: Of<"store">): void {
  const { arena, options, rotate: rotaries, query, key, value, rotatedQuery, rotatedKey } = operation;
  const { kvHeads, keyLength, valueLength, layer } = options;
  const { positions, pageTables } = walk.header(arena);
  const { kernels } = walk.space(arena);
  const heads = queryHeads(walk, arena, options);
  const queries = { start: heads.start * keyLength, end: heads.end * keyLength };
  const keys = { start: 0, end: kvHeads * keyLength };
  const page = walk.plan.pageOffsets[layer];
  const bf16 = Number(options.cache === "bf16");
  walk.eachRow(query, (row) => {
    if (rotaries !== undefined && queries.start < queries.end) {
      rotate(walk, arena, query, rotatedQuery, rotaries.query, row, queries);
    }
    if (rotaries !== undefined) rotate(walk, arena, key, rotatedKey, rotaries.key, row, keys);
    const [k, v] = [walk.at(rotatedKey, row), walk.at(value, row)];
    const [p, t] = [positions + 4 * row, pageTables + 4 * row];
    kernels.storeKeyValue(k, 0, v, 0, 1, p, t, page, pageUnit, kvHeads, keyLength, valueLength, bf16);
  });
}

/** One token: cut by heads and spans. Several: each thread takes every so-many-th, since later ones see more positions. */
export function walkAttend(walk: Walk, operation: Of<"attend">): void {
  const { arena, options, sinks, slopes, query, out } = operation;
  const { heads, kvHeads, keyLength, valueLength, scale, layer, softCap = 0, window } = options;
  const { positions, pageTables, partials } = walk.header(arena);
  const { kernels, i32 } = walk.space(arena);
  const page = walk.plan.pageOffsets[layer];
  const scratch = walk.scratch(arena);
  const bf16 = Number(options.cache === "bf16");
  if (walk.single) {
    const seen = seenBy(walk, arena, options);
    const { start, end } = share(walk, seen, options);
    if (start === end) return;
    const [q, table, parts] = [walk.at(query, 0), i32[pageTables / 4], i32[partials / 4]];
    // prettier-ignore
    kernels.attendSpans(
      q, heads, kvHeads, keyLength, valueLength, scale, softCap, slopes, seen.first, seen.last, table, page, pageUnit, bf16,
      start, end, parts, scratch,
    );
    return;
  }
  walk.eachRow(out, (row) => {
    const [q, o, p, t] = [walk.at(query, row), walk.at(out, row), positions + 4 * row, pageTables + 4 * row];
    const seen = windowLength(window, i32[p / 4]) ?? 0;
    // prettier-ignore
    kernels.attention(
      q, 0, o, 0, heads, kvHeads, keyLength, valueLength, scale, softCap, seen, sinks, slopes, p, t, page, pageUnit, bf16,
      0, heads, scratch,
    );
  });
}

/** One token: every thread puts all parts together for itself. Several: there is nothing to put together. */
export function walkMergeSpans(walk: Walk, { arena, options, sinks, x, out }: Of<"mergeSpans">): void {
  const { kernels, i32, u8 } = walk.space(arena);
  const { partials } = walk.header(arena);
  walk.eachRow(out, (row) => {
    const [from, to] = [walk.at(x, row), walk.at(out, row)];
    if (walk.single) {
      const spans = spansOf(seenBy(walk, arena, options));
      kernels.mergeSpans(i32[partials / 4], options.heads, spans, options.valueLength, sinks, to, walk.scratch(arena));
    } else u8.copyWithin(to, from, from + x.rowBytes);
  });
}

/** The positions that a single token sees. */
function seenBy(walk: Walk, arena: number, { window }: Options): Seen {
  const last = walk.space(arena).i32[walk.header(arena).positions / 4];
  return { first: firstSeen(last, windowLength(window, last)), last };
}

/** This thread's parts of a single token's attention. */
function share(walk: Walk, seen: Seen, { heads, kvHeads }: Options): Range {
  return spanShare(seen, heads, kvHeads, walk.thread, walk.plan.threads);
}

/** The query heads that this thread attends with: of a single token, all that share a key-value head with one of them. */
function queryHeads(walk: Walk, arena: number, options: Options): Range {
  const { heads, kvHeads } = options;
  if (!walk.single) return { start: 0, end: heads };
  const seen = seenBy(walk, arena, options);
  const { start, end } = share(walk, seen, options);
  if (start === end) return { start: 0, end: 0 };
  const group = heads / kvHeads;
  const parts = spansOf(seen) * group;
  return { start: Math.floor(start / parts) * group, end: Math.ceil(end / parts) * group };
}
