import { SPAN } from "../../kernels/reference/index.ts";
import type { Range } from "./walk.ts";

/** The positions that a token sees, from `first` to `last`, its own. */
export interface Seen {
  readonly first: number;
  readonly last: number;
}

/** The first position that a token at `last` sees: by its window, counted from the last, or 0. */
export function firstSeen(last: number, window: number | undefined): number {
  return Math.max(0, last + 1 - (window ?? Infinity));
}

/** How many spans the positions lie in. */
export function spansOf({ first, last }: Seen): number {
  return Math.floor(last / SPAN) - Math.floor(first / SPAN) + 1;
}

/**
 * Cuts one token's attention among threads, about alike by positions, since the outer spans can be shorter. Parts are
 * numbered as `attendSpans` numbers them: key-value head by key-value head, in each span by span, in each head by head.
 */
export function spanShare(seen: Seen, heads: number, kvHeads: number, thread: number, threads: number): Range {
  const group = heads / kvHeads;
  const spans = spansOf(seen);
  const positions = seen.last + 1 - seen.first;
  const firstLength = SPAN - (seen.first % SPAN);
  /** The part at whose beginning, about, a thread begins. */
  const cut = (t: number) => {
    const at = (heads * positions * t) / threads;
    const kvHead = Math.floor(at / (group * positions));
    // Counted from the beginning of the first span, as if all its positions were seen.
    const within = at / group - kvHead * positions + SPAN - firstLength;
    const span = Math.min(Math.floor(within / SPAN), spans - 1);
    const start = Math.max(seen.first % SPAN, span * SPAN);
    const end = Math.min((span + 1) * SPAN, (seen.first % SPAN) + positions);
    return (kvHead * spans + span) * group + Math.round((group * (within - start)) / (end - start));
  };
  return { start: cut(thread), end: cut(thread + 1) };
}
