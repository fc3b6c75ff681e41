import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StopTexts } from "../../../src/decode/index.ts";
import { property } from "../../support/property.ts";

type Stops = readonly (string | RegExp)[];

function feed(stops: Stops, pieces: readonly string[]): { text: string; stopped: boolean } {
  const filter = new StopTexts(stops);
  let text = "";
  for (const piece of pieces) text += filter.push(piece);
  return { text: text + filter.flush(), stopped: filter.match !== undefined };
}

/** By definition: the stop that is complete first, and of those the one that begins first. */
function byDefinition(stops: Stops, text: string): { text: string; stopped: boolean } {
  const whole = stops
    .filter((stop) => stop !== "")
    .map((stop) =>
      typeof stop === "string"
        ? (part: string) => part === stop
        : (part: string) => new RegExp(`^(?:${stop.source})$`, stop.flags).test(part),
    );
  const characters = Array.from(text);
  for (let end = 1; end <= characters.length; end++) {
    for (let start = 0; start < end; start++) {
      const part = characters.slice(start, end).join("");
      if (whole.some((is) => is(part))) return { text: characters.slice(0, start).join(""), stopped: true };
    }
  }
  return { text, stopped: false };
}

/** All ways to cut a text in pieces. */
function* cuts(text: string): Generator<string[]> {
  for (let mask = 0; mask < 2 ** Math.max(0, text.length - 1); mask++) {
    const pieces = [""];
    for (let i = 0; i < text.length; i++) {
      pieces[pieces.length - 1] += text[i];
      if ((mask & (1 << i)) !== 0) pieces.push("");
    }
    yield pieces;
  }
}

const letters = (maxLength: number, minLength = 0) =>
  fc.string({ unit: fc.constantFrom("a", "b", "😀"), minLength, maxLength });

describe("stop strings", () => {
  it("hold back a beginning of one until it turns out to be none", () => {
    const filter = new StopTexts(["END"]);
    expect(filter.push("the E")).toBe("the ");
    expect(filter.push("NT")).toBe("ENT");
    expect(filter.push("EN")).toBe("");
    expect(filter.push("D.")).toBe("");
    expect(filter.match).toEqual({ text: "END", isPattern: false });
    expect(filter.push("more")).toBe("");
    expect(filter.flush()).toBe("");
  });

  it("stop at the one that is complete first, of several in one text", () => {
    expect(feed(["cd", "b"], ["a", "bcd"])).toEqual({ text: "a", stopped: true });
    expect(feed(["abcd", "c"], ["abcd"])).toEqual({ text: "ab", stopped: true });
    expect(feed(["abc", "c"], ["abcd"])).toEqual({ text: "", stopped: true });
  });

  it("never give a character of the stop, and never lose one before it, cut at every possible place", async () => {
    const cases = fc.record({ text: letters(6), stops: fc.array(letters(4), { maxLength: 3 }) });
    await property(
      cases,
      ({ text, stops }) => {
        const expected = byDefinition(stops, text);
        for (const pieces of cuts(text)) expect(feed(stops, pieces)).toEqual(expected);
      },
      { runs: 1000 },
    );
  });

  it("hold back no more than what may become a stop", async () => {
    const cases = fc.record({
      pieces: fc.array(letters(5)),
      stops: fc.array(letters(4, 1), { minLength: 1, maxLength: 3 }),
    });
    await property(cases, ({ pieces, stops }) => {
      const filter = new StopTexts(stops);
      let [given, shown] = ["", ""];
      for (const piece of pieces) {
        given += piece;
        shown += filter.push(piece);
        if (filter.match !== undefined) return;
        const held = given.slice(shown.length);
        expect(given.startsWith(shown)).toBe(true);
        expect(held === "" || stops.some((stop) => stop.startsWith(held))).toBe(true);
      }
    });
  });
});

const atom = fc.constantFrom(
  "a",
  "b",
  ".",
  "[ab]",
  "[^a]",
  "\\w",
  "\\W",
  "\\p{L}",
  "😀",
  "\\x61",
  "(?:ab|b)",
  "(a|)b",
  "\\u{1F600}",
);
const quantifier = fc.constantFrom("", "", "", "*", "+", "?", "{2}", "{1,}", "{1,3}", "+?", "*?");
const term = fc.tuple(atom, quantifier).map(([a, q]) => a + q);
const source = fc
  .array(
    fc.array(term, { minLength: 1, maxLength: 3 }).map((terms) => terms.join("")),
    { minLength: 1, maxLength: 2 },
  )
  .map((choices) => choices.join("|"));

describe("stop patterns", () => {
  it("stop where the engine's regular expressions say a match is complete, cut at every possible place", async () => {
    await property(
      fc.record({ source, text: letters(6), string: fc.option(letters(3, 1), { nil: undefined }), i: fc.boolean() }),
      ({ source, text, string, i }) => {
        const pattern = new RegExp(source, i ? "ui" : "u");
        const stops = string === undefined ? [pattern] : [string, pattern];
        if (new RegExp(`^(?:${source})$`, "u").test("")) {
          expect(() => new StopTexts(stops)).toThrow("matches a text of no characters");
          return;
        }
        const expected = byDefinition(stops, text);
        for (const pieces of cuts(text)) expect(feed(stops, pieces)).toEqual(expected);
      },
      { runs: 500 },
    );
  });

  it.each<[RegExp, string, string, string | undefined]>([
    [/\n\s*\n/, "one\ntwo\n \nthree", "one\ntwo", "\n \n"],
    [/^User:/m, "Hi User: x\nUser: y", "Hi User: x\n", "User:"],
    [/^User:/, "Hi\nUser: y", "Hi\nUser: y", undefined],
    [/^a/, "ab", "", "a"],
    [/[.!?]/, "Yes! No.", "Yes", "!"],
    [/(?<word>end|stop)\./i, "The END. More", "The ", "END."],
    [/\d{3,}/, "12 1234", "12 ", "123"],
    [/<\/?[a-z]+>/, "a < b <br> c", "a < b ", "<br>"],
    [/a\-b/, "xa-b", "x", "a-b"],
    [new RegExp("[\\w--[a-z]]", "v"), "abC", "ab", "C"],
    [/./, "\nx", "\n", "x"],
    [/a.c/s, "a\nc", "", "a\nc"],
  ])("%s in %j lets %j through", (pattern, text, expected, match) => {
    for (const size of [1, 2, text.length]) {
      const filter = new StopTexts([pattern]);
      let shown = "";
      for (let i = 0; i < text.length; i += size) shown += filter.push(text.slice(i, i + size));
      shown += filter.flush();
      expect(shown).toBe(expected);
      expect(filter.match?.text).toBe(match);
    }
  });

  it("say whether a string or a pattern was met", () => {
    const filter = new StopTexts([/b+/, "a"]);
    filter.push("xb");
    expect(filter.match).toEqual({ text: "b", isPattern: true });
  });

  it.each<[RegExp, string]>([
    [/a(?=b)/, "a stop pattern can't hold an assertion that looks ahead or behind: /a(?=b)/"],
    [/(?<!a)b/, "looks ahead or behind"],
    [/a$/, "can't hold $"],
    [/\bword/, "\\b or \\B"],
    [/(a)\1/, "a reference to a group"],
    [/a*/, "matches a text of no characters"],
    [/^/m, "matches a text of no characters"],
    [/(a{1,100}){1,100}/, "too large"],
  ])("refuse %s", (pattern, message) => {
    expect(() => new StopTexts([pattern])).toThrow(message);
  });

  it("take time that grows with the text only, where backtracking would take for ever", () => {
    const started = performance.now();
    expect(feed([/(?:a|aa)+b/, /(a*)*c/], ["a".repeat(20_000)]).stopped).toBe(false);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
