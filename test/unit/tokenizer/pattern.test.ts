import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pattern } from "../../../src/tokenizer/pattern.ts";
import { patternFamilies } from "../../../src/tokenizer/pre-tokenizer-patterns.ts";
import { property } from "../../support/property.ts";

function matches(pattern: Pattern, text: string): [number, number][] {
  const found: [number, number][] = [];
  for (let at = 0; at < text.length;) {
    const end = pattern.find(text, at, text.length);
    if (end < 0) break;
    found.push([pattern.matchStart, end]);
    at = end;
  }
  return found;
}

const steps = Object.entries(patternFamilies).flatMap(([family, patterns]) =>
  patterns.flatMap((pattern) => (typeof pattern === "string" ? [[family, pattern] as const] : [])),
);

/** Every ASCII character, some of them often. */
const ascii = fc.array(
  fc.oneof(
    fc.constantFrom(" ", "\t", "\n", "\r", "'", "a", "Z", "9", ".", "$"),
    fc.nat(127).map((code) => String.fromCharCode(code)),
  ),
  { maxLength: 40 },
);

// Where all engines agree, on ASCII, JavaScript's own regular expressions say what a pattern means.
describe.each(steps)("%s", (_, source) => {
  const pattern = new Pattern(source);
  const reference = new RegExp(source.replaceAll("\\p{Han}", "\\p{Script=Han}"), "gu");
  it("finds what a backtracking engine finds", () =>
    property(
      ascii.map((characters) => characters.join("")),
      (text) => {
        const expected = Array.from(text.matchAll(reference), (match) => [match.index, match.index + match[0].length]);
        expect(matches(pattern, text)).toEqual(expected);
      },
      { runs: 200 },
    ));
});

it("sees nothing outside the range that it is given", () => {
  const pattern = new Pattern(String.raw`\s+(?!\S)|\s+|\S+`);
  expect(pattern.find("a   b", 1, 4)).toBe(4);
  expect(pattern.find("a   b", 1, 5)).toBe(3);
  expect(pattern.find("a   b", 5, 5)).toBe(-1);
});

it("refuses what is outside its subset", () => {
  expect(() => new Pattern("(a")).toThrow(SyntaxError);
  expect(() => new Pattern("(?!ab)c")).toThrow(SyntaxError);
  expect(() => new Pattern("a)")).toThrow(SyntaxError);
});
