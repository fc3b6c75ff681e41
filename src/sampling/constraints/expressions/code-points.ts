/** Sets of the code points that UTF-8 can write (all but surrogates), as ascending runs `[first, last, …]`. */
import { complement as complementOfAll, union } from "../../../tokenizer/code-point-set.ts";
import type { CodePointRanges } from "../../../tokenizer/unicode.ts";

export { union };
export type { CodePointRanges };

export const everyCodePoint: CodePointRanges = [0, 0xd7ff, 0xe000, 0x10ffff];

const surrogates: CodePointRanges = [0xd800, 0xdfff];

/** Those that are not in the set. */
export function complement(set: CodePointRanges): CodePointRanges {
  return complementOfAll(union([...set, ...surrogates]));
}

/** Those that are in both sets. */
export function intersection(a: CodePointRanges, b: CodePointRanges): CodePointRanges {
  const both: number[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const first = Math.max(a[i], b[j]);
    const last = Math.min(a[i + 1], b[j + 1]);
    if (first <= last) both.push(first, last);
    if (a[i + 1] < b[j + 1]) i += 2;
    else j += 2;
  }
  return both;
}

export function contains(set: CodePointRanges, codePoint: number): boolean {
  let low = 0;
  let high = set.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (set[2 * middle + 1] < codePoint) low = middle + 1;
    else high = middle;
  }
  return 2 * low < set.length && set[2 * low] <= codePoint;
}

/** The coarsest partition of all code points that each of the sets is a union of: disjoint sets, none empty. */
export function partition(sets: readonly CodePointRanges[]): CodePointRanges[] {
  const starts = new Set<number>([0, 0xe000]);
  for (const set of sets) {
    for (let i = 0; i < set.length; i += 2) {
      starts.add(set[i]);
      if (set[i + 1] < 0x10ffff) starts.add(set[i + 1] + 1);
    }
  }
  const cuts = [...starts].filter((cut) => cut < 0xd800 || cut > 0xdfff).sort((a, b) => a - b);
  const bySignature = new Map<string, number[]>();
  cuts.forEach((first, i) => {
    const last = i + 1 < cuts.length ? cuts[i + 1] - 1 : 0x10ffff;
    const signature = sets.map((set) => (contains(set, first) ? "1" : "0")).join("");
    const runs = bySignature.get(signature);
    const end = first < 0xd800 ? Math.min(last, 0xd7ff) : last;
    if (runs === undefined) bySignature.set(signature, [first, end]);
    else runs.push(first, end);
  });
  return [...bySignature.values()].map((runs) => union(runs));
}
