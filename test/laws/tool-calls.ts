/** Laws of a parser that reads what a model writes while it is being written. */
import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";

/** Takes text as it comes and gives parts; `end` gives the last ones. `OutputParser` is one. */
export interface StreamingParser<Part> {
  push(text: string): readonly Part[];
  end(): readonly Part[];
}

/** The parts of a text that comes in these pieces, those that go on with the one before put together. */
export function partsOf<Part extends object>(parser: StreamingParser<Part>, pieces: readonly string[]): Part[] {
  const parts = [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()];
  const merged: Part[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    const text = goesOn(last, part);
    if (text === undefined) merged.push(part);
    else merged[merged.length - 1] = { ...part, text };
  }
  return merged;
}

/** A text cut after these bytes of its UTF-8, as a streaming decoder gives the pieces. */
export function cutAtBytes(text: string, cuts: readonly number[]): string[] {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  const ends = [...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
  return ends.map((end, i) => decoder.decode(bytes.subarray(ends[i - 1] ?? 0, end), { stream: true }));
}

/** However a text is cut, its parts are the same: in two at every byte, into single bytes, and once as given. */
export function checkEveryCut<Part extends object>(create: () => StreamingParser<Part>, text: string): void {
  const whole = partsOf(create(), [text]);
  const { length } = new TextEncoder().encode(text);
  const all = Array.from({ length }, (_, i) => i);
  for (const cuts of [...all.map((cut) => [cut]), all])
    deepStrictEqual(partsOf(create(), cutAtBytes(text, cuts)), whole);
}

/** As `checkEveryCut`, for a text of any kind and one way to cut it. */
export function checkCuts<Part extends object>(
  create: () => StreamingParser<Part>,
  text: string,
  cuts: readonly number[],
): void {
  deepStrictEqual(partsOf(create(), cutAtBytes(text, cuts)), partsOf(create(), [text]));
}

/** Texts made of a family's marks, of JSON and its ruins. */
export function arbitraryOutput(marks: readonly string[]): fc.Arbitrary<string> {
  const mark = fc.constantFrom(...marks);
  const half = fc.tuple(mark, fc.nat(20)).map(([text, length]) => text.slice(0, length));
  const json = fc.json({ maxDepth: 2 });
  const call = fc.tuple(fc.constantFrom("f", "g", "other"), json).map(([name, value]) => {
    return `{"name": "${name}", "arguments": ${value}}`;
  });
  const ruin = fc.tuple(call, fc.nat(40)).map(([text, length]) => text.slice(0, length));
  const words = fc.constantFrom(
    "f",
    "g.call(x=1)",
    "{",
    "}",
    "[",
    "]",
    '"',
    "\\",
    ",",
    "\n",
    " ",
    "é🦙",
    " to=functions.f",
    "json",
  );
  const part = fc.oneof(mark, mark, half, call, ruin, json, words);
  return fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""));
}

/** The text of both parts, where they differ in it alone. */
function goesOn(last: object | undefined, part: object): string | undefined {
  if (last === undefined || !("text" in last) || !("text" in part)) return undefined;
  const { text: before, ...rest } = last;
  const { text, ...others } = part;
  if (typeof text !== "string" || typeof before !== "string") return undefined;
  return JSON.stringify(rest) === JSON.stringify(others) ? before + text : undefined;
}
