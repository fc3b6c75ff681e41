/**
 * Writes `src/tokenizer/unicode-data.ts` from llama.cpp's `src/unicode-data.cpp`, so that every text is cut in the
 * places where llama.cpp cuts it, whatever Unicode version the JavaScript engine has:
 *
 *     node scripts/make-unicode.ts path/to/llama.cpp/src/unicode-data.cpp
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [, , input = ""] = process.argv;
if (input === "") throw new Error("usage: node scripts/make-unicode.ts path/to/unicode-data.cpp");
const source = readFileSync(input, "utf8");

function table(name: string): number[][] {
  const start = source.indexOf("= {", source.indexOf(`${name} `));
  const lines = source.slice(start, source.indexOf("\n};", start)).split("\n").slice(1);
  return lines.map((line) => Array.from(line.matchAll(/0x[0-9A-F]+/g), (match) => Number(match[0])));
}

/** A run's category as one letter; the order is that of llama.cpp's flag bits. */
const letters: Partial<Record<number, string>> = {
  1: "U",
  2: "N",
  4: "L",
  8: "Z",
  16: "M",
  32: "P",
  64: "S",
  128: "C",
};

// Runs of code points: the length in base 36 (left out where it is 1) before the category's letter.
const ranges = table("unicode_ranges_flags") as [number, number][];
let categories = "";
for (let i = 0; i + 1 < ranges.length; i++) {
  const [first, flags] = ranges[i];
  const length = ranges[i + 1][0] - first;
  const letter = letters[flags];
  if (letter === undefined) throw new Error(`code point ${first} has more than one category: ${flags}`);
  categories += (length === 1 ? "" : length.toString(36)) + letter;
}

// Runs of mapped code points: gap since the last run, run length, distance to the target, each in base 36.
function mapping(entries: [first: number, last: number, target: number, slope: number][]): string {
  const parts: string[] = [];
  let end = 0;
  for (const [first, last, target, slope] of entries) {
    parts.push([first - end, last - first, slope, target - first].map((n) => n.toString(36)).join(","));
    end = last + 1;
  }
  return parts.join(";");
}

const lower: [number, number, number, number][] = [];
for (const [from, to] of table("unicode_map_lowercase") as [number, number][]) {
  const run = lower[lower.length - 1];
  if (lower.length > 0 && run[1] + 1 === from && to - from === run[2] - run[0]) run[1] = from;
  else lower.push([from, from, to, 1]);
}
const decomposed = (table("unicode_ranges_nfd") as [number, number, number][])
  .filter(([first, last, target]) => first !== last || target !== first)
  .map(([first, last, target]): [number, number, number, number] => [first, last, target, 0]);

const whitespace = table("unicode_set_whitespace").map(([codePoint]) => codePoint);

writeFileSync(
  join(import.meta.dirname, "../src/tokenizer/unicode-data.ts"),
  `// Made by scripts/make-unicode.ts from llama.cpp 0c1e570, src/unicode-data.cpp. Don't edit.

/** Runs from code point 0 on: length in base 36 (1 where left out), then the category's letter. */
export const categoryRuns =
  ${JSON.stringify(categories)};

/** What the class \\s matches. */
export const whitespace = [${whitespace.join(", ")}];

/** Runs \`gap,length - 1,slope,target - first\` in base 36: code point → lower case. */
export const lowerCaseRuns =
  ${JSON.stringify(mapping(lower))};

/** The same for a letter with accents → its base letter (the first code point of its canonical decomposition). */
export const decompositionRuns =
  ${JSON.stringify(mapping(decomposed))};
`,
);
