/** Code point → class: the coarsest partition that all sets of a pattern respect. */
import type { CodePointRanges } from "./unicode.ts";
import { maxCodePoint } from "./unicode.ts";

const pageBits = 8;
const pageSize = 1 << pageBits;

export interface CodePointClasses {
  count: number;
  /** Class of each code point below U+10000. */
  bmp: Uint8Array;
  /** Where the page of 256 code points from U+10000 on begins in `pages`; equal pages are stored once. */
  pageStart: Uint32Array;
  pages: Uint8Array;
  /** contains[set][class] is 1 where the set holds the class. */
  contains: Uint8Array[];
}

export function classify(sets: readonly CodePointRanges[]): CodePointClasses {
  const borders = new Set([0]);
  for (const set of sets) {
    for (let i = 0; i < set.length; i += 2) borders.add(set[i]).add(set[i + 1] + 1);
  }
  const starts = Array.from(borders)
    .filter((start) => start <= maxCodePoint)
    .sort((a, b) => a - b);

  // Refine one set after another: intervals stay together as long as they agree on all sets so far.
  let classes = new Array<number>(starts.length).fill(0);
  let count = 1;
  let members: number[][] = [];
  for (const set of sets) {
    const numbers = new Map<number, number>();
    let run = 0;
    const inside: boolean[] = starts.map((start) => {
      while (run < set.length && set[run + 1] < start) run += 2;
      return run < set.length && set[run] <= start;
    });
    const refined: number[][] = [];
    classes = classes.map((old, i) => {
      const key = old * 2 + (inside[i] ? 1 : 0);
      let number = numbers.get(key);
      if (number === undefined) {
        numbers.set(key, (number = numbers.size));
        refined.push([...(members[old] ?? []), inside[i] ? 1 : 0]);
      }
      return number;
    });
    members = refined;
    count = numbers.size;
  }
  if (count > 255) throw new RangeError(`a pattern with ${count} classes of characters; 255 fit`);
  const contains = sets.map((_, set) => Uint8Array.from({ length: count }, (_, c) => members[c][set]));

  const all = new Uint8Array(maxCodePoint + 1);
  starts.forEach((start, i) => all.fill(classes[i], start, starts[i + 1] ?? maxCodePoint + 1));
  return { count, contains, bmp: all.slice(0, 0x10000), ...paginate(all.subarray(0x10000)) };
}

function paginate(classes: Uint8Array): { pageStart: Uint32Array; pages: Uint8Array } {
  const pageStart = new Uint32Array(classes.length >> pageBits);
  const known = new Map<string, number>();
  const pages: number[] = [];
  for (let page = 0; page < pageStart.length; page++) {
    const content = classes.subarray(page * pageSize, (page + 1) * pageSize);
    const key = content.every((value) => value === content[0]) ? String(content[0]) : content.join();
    let start = known.get(key);
    if (start === undefined) {
      known.set(key, (start = pages.length));
      pages.push(...content);
    }
    pageStart[page] = start;
  }
  return { pageStart, pages: Uint8Array.from(pages) };
}
