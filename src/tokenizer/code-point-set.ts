/** Sets of code points as ascending, disjoint runs `[first, last, first, last, …]`. */
import type { CodePointRanges } from "./unicode.ts";
import { maxCodePoint, whitespaceRanges } from "./unicode.ts";

/** The union of runs in any order, overlapping or not. */
export function union(runs: CodePointRanges): CodePointRanges {
  const pairs: [number, number][] = [];
  for (let i = 0; i < runs.length; i += 2) pairs.push([runs[i], runs[i + 1]]);
  pairs.sort((a, b) => a[0] - b[0]);
  const merged: number[] = [];
  for (const [first, last] of pairs) {
    const end = merged[merged.length - 1]; // Undefined at first, and no comparison holds for it.
    if (first <= end + 1) merged[merged.length - 1] = Math.max(end, last);
    else merged.push(first, last);
  }
  return merged;
}

/** Every code point that is not in the set. */
export function complement(set: CodePointRanges): CodePointRanges {
  const result: number[] = [];
  let next = 0;
  for (let i = 0; i < set.length; i += 2) {
    if (set[i] > next) result.push(next, set[i] - 1);
    next = set[i + 1] + 1;
  }
  if (next <= maxCodePoint) result.push(next, maxCodePoint);
  return result;
}

/** The code points of `a` that are not in `b`. */
export function difference(a: CodePointRanges, b: CodePointRanges): CodePointRanges {
  return complement(union([...complement(a), ...b]));
}

const wideWhitespace = union(whitespaceRanges.filter((codePoint) => codePoint > 0x7f));

/**
 * The set that a literal or a range in a pattern stands for. llama.cpp turns white space outside ASCII into a vertical
 * tab before it matches a pattern, so a range such as U+3000–U+3002 doesn't find U+3000 there, nor here.
 */
export function literalRange(first: number, last: number): CodePointRanges {
  return last <= 0x7f ? [first, last] : difference([first, last], wideWhitespace);
}

/** Chinese characters, as llama.cpp 0c1e570, unicode.cpp, `unicode_cpt_is_han` lists them. */
export const hanRanges: CodePointRanges = union([
  0x4e00, 0x9fff, 0x3400, 0x4dbf, 0x20000, 0x2a6df, 0x2a700, 0x2b73f, 0x2b740, 0x2b81f, 0x2b820, 0x2ceaf, 0x2ceb0,
  0x2ebef, 0xf900, 0xfaff, 0x2f800, 0x2fa1f,
]);
