/** Numbers from `from` up to, not including, `to`. */
export type Span = readonly [from: number, to: number];

/** What stays of `length` when `removed` (ascending) goes, in as few spans as can be. */
export function keptSpans(length: number, removed: readonly number[]): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const place of [...removed, length]) {
    if (place > from) spans.push([from, place]);
    from = place + 1;
  }
  return spans;
}

/** The same spans where each number stands for `factor` numbers, after `offset` of them. */
export function scaledSpans(spans: readonly Span[], factor: number, offset = 0): Span[] {
  return spans.map(([from, to]) => [offset + from * factor, offset + to * factor]);
}

export function totalOf(spans: readonly Span[]): number {
  return spans.reduce((sum, [from, to]) => sum + to - from, 0);
}
