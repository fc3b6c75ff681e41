import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OutputParser, families, marksOf } from "../../src/decode/tool-calls/index.ts";
import { property } from "../support/property.ts";
import { record } from "../support/record.ts";
import { type Transcript, transcripts } from "../support/tool-transcripts.ts";
import { arbitraryOutput, checkCuts, checkEveryCut, cutAtBytes, partsOf } from "./tool-calls.ts";

const names = ["get_weather", "web_search", "f", "g"];
const parserOf = ({ family, open = false }: Pick<Transcript, "family" | "open">) =>
  new OutputParser({ family, names, reasoning: open ? "open" : true });

describe("a family's transcript", () => {
  let cuts = 0;
  it.each(transcripts)("$title: the same calls, cut at every byte", (transcript) => {
    checkEveryCut(() => parserOf(transcript), transcript.output);
    cuts += new TextEncoder().encode(transcript.output).length;
    const parts = partsOf(parserOf(transcript), [transcript.output]);
    const joined = (type: string) =>
      parts.flatMap((part) => (part.type === type && "text" in part ? [part.text] : [])).join("");
    const calls = parts.flatMap((part) => (part.type === "tool-call" ? [[part.name, part.arguments]] : []));
    expect(calls).toEqual(transcript.calls);
    expect(joined("text")).toBe(transcript.text ?? "");
    expect(joined("reasoning")).toBe(transcript.reasoning ?? "");
    const notes = parts.flatMap((part) => (part.type === "note" ? [part.code] : []));
    expect(notes).toEqual(transcript.notes ?? []);
    for (const part of parts) {
      if (part.type !== "tool-call") continue;
      const { index } = part;
      const deltas = parts.flatMap((other) =>
        other.type === "tool-call-delta" && other.index === index ? [other.text] : [],
      );
      expect(deltas.join("")).toBe(part.argumentsText);
      expect(JSON.parse(part.argumentsText)).toEqual(part.arguments);
      expect(part.id).toMatch(/^[a-z0-9]{9}$/i);
    }
  });

  it("is of every family", () => {
    const seen = new Set(transcripts.map(({ family }) => family.name.split(",")[0]));
    expect([...seen].sort()).toEqual([...new Set(families.map(({ name }) => name.split(",")[0]))].sort());
    record("tool calls: transcripts × cuts with the same calls", cuts, "every byte of every transcript");
  });
});

describe.each(families)("the parser of $name", (family) => {
  const marks = marksOf(family);
  const text = arbitraryOutput(marks);
  const cuts = fc.array(fc.nat(300), { maxLength: 6 });

  it("gives the same parts for any text, however cut, and never fails", () =>
    property(fc.tuple(text, cuts, fc.boolean()), ([output, places, open]) => {
      checkCuts(() => parserOf({ family, open }), output, places);
      checkCuts(
        () => parserOf({ family, open }),
        output,
        Array.from({ length: 400 }, (_, i) => i),
      );
    }));

  it("reads back every call that is written as the family writes it", () => {
    const value = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { noNullPrototype: true, maxKeys: 4 });
    return property(
      fc.tuple(fc.constantFrom(...names), value, cuts),
      ([name, args, places]) => {
        const argumentsText = JSON.stringify(args);
        const { before, between, after } = family.written;
        const output = before + name + between + argumentsText + after;
        const parts = partsOf(parserOf({ family }), cutAtBytes(output, places));
        expect(parts).toMatchObject([
          { type: "tool-call-start", index: 0, name },
          { type: "tool-call-delta", index: 0, text: argumentsText },
          { type: "tool-call", index: 0, name, argumentsText, arguments: JSON.parse(argumentsText) as object },
        ]);
      },
      { runs: 300 },
    );
  });

  it("takes no call where there are no tools", () =>
    property(
      text,
      (output) => {
        const parts = partsOf(new OutputParser({ family, names: [] }), [output]);
        expect(parts.filter(({ type }) => type.startsWith("tool-call"))).toEqual([]);
        if (family.calls.channels !== true)
          expect(parts).toEqual(output === "" ? [] : [{ type: "text", text: output }]);
      },
      { runs: 200 },
    ));

  it("takes time linear in the text, whatever is in it", () => {
    const { before, between } = family.written;
    const one = `${before}f${between}{"a": "`;
    for (const part of [one, before, "<", "[{", '{"name": "f", ', "<think>", `${one}\\`]) {
      const parser = parserOf({ family });
      const started = performance.now();
      for (let i = 0; i < 20_000; i++) parser.push(part);
      parser.end();
      expect(performance.now() - started).toBeLessThan(20_000);
    }
  });
});
