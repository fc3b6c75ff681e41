/**
 * Character classes at the Unicode version that llama.cpp has. JavaScript's own `\p{L}`, `\s` and `normalize` follow
 * the engine's version, and engines differ; see `unicode-data.ts` for where the table comes from.
 */
import { categoryRuns, decompositionRuns, lowerCaseRuns, whitespace } from "./unicode-data.ts";

/** First and last code point of each run, ascending: [first, last, first, last, …]. */
export type CodePointRanges = readonly number[];

export const maxCodePoint = 0x10ffff;

/** The general categories, merged to their first letter: `U` is unassigned, `C` control, format, private use. */
export type Category = "U" | "N" | "L" | "Z" | "M" | "P" | "S" | "C";

let decoded: Map<Category, number[]> | undefined;

/** All code points of a category. Decoded on first use. */
export function categoryRanges(category: Category): CodePointRanges {
  decoded ??= decodeCategories();
  return decoded.get(category)!;
}

function decodeCategories(): Map<Category, number[]> {
  const map = new Map<Category, number[]>();
  let first = 0;
  let length = "";
  for (const character of categoryRuns) {
    if (character >= "A" && character <= "Z") {
      const category = character as Category;
      const last = first + (length === "" ? 1 : parseInt(length, 36)) - 1;
      let ranges = map.get(category);
      if (ranges === undefined) map.set(category, (ranges = []));
      ranges.push(first, last);
      first = last + 1;
      length = "";
    } else {
      length += character;
    }
  }
  return map;
}

let table: Uint8Array | undefined;

/** The category of one code point. */
export function categoryOf(codePoint: number): Category {
  if (table === undefined) {
    table = new Uint8Array(maxCodePoint + 1);
    for (const [category, ranges] of decodeCategories()) {
      for (let i = 0; i < ranges.length; i += 2) table.fill(category.charCodeAt(0), ranges[i], ranges[i + 1] + 1);
    }
  }
  return String.fromCharCode(table[codePoint]) as Category;
}

const whitespaceSet = new Set(whitespace);

/** Whether `\s` matches. */
export function isWhitespace(codePoint: number): boolean {
  return whitespaceSet.has(codePoint);
}

/** What `\s` matches: the 25 code points with the property White_Space. */
export const whitespaceRanges: CodePointRanges = whitespace.flatMap((codePoint) => [codePoint, codePoint]);

const lowerCase = lazyMapping(lowerCaseRuns);
const decomposition = lazyMapping(decompositionRuns);

/** A code point's simple lower case. */
export function toLowerCase(codePoint: number): number {
  return lowerCase().get(codePoint) ?? codePoint;
}

/** The base letter of a letter with accents; any other code point is returned as it is. */
export function withoutAccents(codePoint: number): number {
  return decomposition().get(codePoint) ?? codePoint;
}

function lazyMapping(runs: string): () => Map<number, number> {
  let map: Map<number, number> | undefined;
  return () => {
    if (map === undefined) {
      map = new Map();
      let next = 0;
      for (const run of runs.split(";")) {
        const [gap, extra, slope, distance] = run.split(",").map((digits) => parseInt(digits, 36)) as [
          number,
          number,
          number,
          number,
        ];
        const first = next + gap;
        for (let i = 0; i <= extra; i++) map.set(first + i, first + distance + i * slope);
        next = first + extra + 1;
      }
    }
    return map;
  };
}
