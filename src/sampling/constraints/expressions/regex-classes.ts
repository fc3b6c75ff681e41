/** The character classes of ECMAScript's regular expressions. */
import { categoryRanges, type Category } from "../../../tokenizer/unicode.ts";
import { type CodePointRanges, complement, everyCodePoint, intersection, union } from "./code-points.ts";

const digits: CodePointRanges = [0x30, 0x39];
const word: CodePointRanges = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];
// ECMA-262, WhiteSpace and LineTerminator.
const space: CodePointRanges = [
  0x09, 0x0d, 0x20, 0x20, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f,
  0x3000, 0x3000, 0xfeff, 0xfeff,
];

/** What `.` stands for: all but line ends. */
export const dot = complement([0x0a, 0x0a, 0x0d, 0x0d, 0x2028, 0x2029]);

/** The class of `\d`, `\W` and so on. */
export function escapedClass(letter: string): CodePointRanges | undefined {
  const set = { d: digits, w: word, s: space }[letter.toLowerCase()];
  if (set === undefined) return undefined;
  return letter === letter.toLowerCase() ? set : complement(set);
}

const longNames = new Map<string, Category>([
  ["Letter", "L"],
  ["Number", "N"],
  ["Punctuation", "P"],
  ["punct", "P"],
  ["Symbol", "S"],
  ["Mark", "M"],
  ["Combining_Mark", "M"],
  ["Separator", "Z"],
]);

const found = new Map<string, CodePointRanges>();

/**
 * `\p{…}`. Letters, numbers, marks, punctuation, symbols and separators are those of the tokenizers' table, the same on
 * every runtime; other properties are the engine's own.
 * @throws SyntaxError for a property that there is not
 */
export function propertyClass(name: string): CodePointRanges {
  const short = name.replace(/^(gc|General_Category)=/, "");
  const category = longNames.get(short) ?? (/^[LNPSMZ]$/.test(short) ? (short as Category) : undefined);
  if (category !== undefined) return intersection(union(categoryRanges(category)), everyCodePoint);
  let set = found.get(name);
  if (set === undefined) {
    const pattern = new RegExp(`^\\p{${name}}$`, "u");
    const runs: number[] = [];
    for (let i = 0; i < everyCodePoint.length; i += 2) {
      for (let at = everyCodePoint[i]; at <= everyCodePoint[i + 1]; at++) {
        if (!pattern.test(String.fromCodePoint(at))) continue;
        if (runs[runs.length - 1] === at - 1) runs[runs.length - 1] = at;
        else runs.push(at, at);
      }
    }
    found.set(name, (set = runs));
  }
  return set;
}
