import { SPAN } from "../../kernels/reference/index.ts";

/** The first position that a token at `last` sees: by its window, counted from the last, or 0. */
export function firstSeen(last: number, window: number | undefined): number {
  return Math.max(0, last + 1 - (window ?? Infinity));
}

/** How many spans the positions from `first` to `last` lie in. */
export function spansOf(first: number, last: number): number {
  return Math.floor(last / SPAN) - Math.floor(first / SPAN) + 1;
}

/**
 * Cuts one token's attention to the positions from `first` to `last`, its own, among threads, about alike by positions,
 * since the outer spans can be shorter. Parts are numbered as `attendSpans` numbers them: span by span, in each head by
 * head. Where there are many for each thread, heads that share keys and values stay together.
 * @returns the part with which `thread` begins; the thread before it ends there
 */
export function shareStart(
  first: number,
  last: number,
  heads: number,
  kvHeads: number,
  thread: number,
  threads: number,
): number {
  const positions = last + 1 - first;
  // How many positions of one head come before, counted from the beginning of the first span.
  const at = (first % SPAN) + (positions * thread) / threads;
  const span = Math.min(Math.floor(at / SPAN), spansOf(first, last) - 1);
  const start = Math.max(first % SPAN, span * SPAN);
  const end = Math.min((span + 1) * SPAN, (first % SPAN) + positions);
  const unit = kvHeads * positions < 8 * SPAN * threads ? 1 : heads / kvHeads;
  return span * heads + unit * Math.round(((heads / unit) * (at - start)) / (end - start));
}
