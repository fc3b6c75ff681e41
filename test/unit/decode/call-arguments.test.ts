import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Steering } from "../../../src/decode/chat/steering.ts";
import { withShownMarks } from "../../../src/decode/chat/shown-marks.ts";
import { OutputParser, type ToolFamily, families, marksOf } from "../../../src/decode/tool-calls/index.ts";
import type { ChatOptions, Tool } from "../../../src/index.ts";
import { startConstraint } from "../../../src/sampling/index.ts";
import { createTokenizer } from "../../../src/tokenizer/index.ts";
import { arbitraryOutput, partsOf } from "../../laws/tool-calls.ts";
import { ajvOf } from "../../support/ajv.ts";
import { type AnswerPart, guidedAnswer, textOf } from "../../support/guided-answer.ts";
import { latinA, piecesMetadata } from "../../support/pieces-vocabulary.ts";
import { property } from "../../support/property.ts";
import { record } from "../../support/record.ts";
import { transcripts } from "../../support/tool-transcripts.ts";

const tree = {
  type: "object",
  properties: { at: { enum: [1, "é"] }, sub: { $ref: "#/$defs/tree" } },
  required: ["at"],
};
const schemas: Record<string, Record<string, unknown>> = {
  f: { type: "object", properties: {} },
  g: { properties: { on: { type: "boolean" }, x: { type: "number", minimum: -5, maximum: 99 } }, required: ["x"] },
  get_weather: {
    type: "object",
    properties: {
      city: { type: "string", maxLength: 6 },
      unit: { enum: ["C", "F"] },
      days: { type: "array", items: { type: "integer", minimum: 0, maximum: 9 }, maxItems: 3, uniqueItems: true },
    },
    required: ["city"],
  },
  web_search: { $ref: "#/$defs/tree", $defs: { tree } },
};
const tools = Object.entries(schemas).map(([name, parameters]): Tool => ({
  type: "function",
  function: { name, parameters },
}));
const isValid = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, ajvOf(schema)]));

/** Tokens that go beyond a mark, a name or an object, too. */
const pieces = [
  '"}',
  '"}}',
  "}}",
  '": {"',
  ': {"',
  '": "',
  '{"',
  '",',
  '", "',
  "}]",
  "{}",
  "{}}",
  '"arguments": {}',
  'f"}',
  ">{",
  "]{",
  "name",
  "get_",
  "é",
  latinA,
];

function textsOf(family: ToolFamily, ...marks: readonly string[]) {
  const tokenizer = createTokenizer(piecesMetadata(pieces, marks));
  return { tokenizer, shown: withShownMarks(tokenizer, family) };
}

function steered(family: ToolFamily, required: readonly Tool[], marks: readonly string[], options: ChatOptions = {}) {
  const { tokenizer, shown } = textsOf(family, ...marks);
  const maker = { family, tools, required, reasons: true, render: () => Promise.resolve(""), encode: () => [] };
  const steering = new Steering(maker, options);
  const parsing = { ...steering.parsing, reasoning: required.length === 0 };
  const rule = steering.constraint(tokenizer, shown, parsing).constraint!;
  const write = (parts: readonly AnswerPart[], seed: number) => {
    const guide = rule.start(tokenizer);
    const tokens = guidedAnswer(tokenizer, guide, parts, seed);
    const text = steering.opening + textOf(shown.createDecoder({ continuation: true }), tokens);
    return { tokens, isWhole: guide.isComplete, text: guide.isComplete ? text + steering.closing : text };
  };
  return { parsing, tokenizer, shown, write };
}

function callsOf(parsing: ConstructorParameters<typeof OutputParser>[0], text: string) {
  const parts = partsOf(new OutputParser(parsing), [text]);
  const calls = parts.flatMap((part) => (part.type === "tool-call" ? [part] : []));
  return { calls, notes: parts.flatMap((part) => (part.type === "note" ? [part] : [])) };
}

let valid = 0;
const expectValid = (calls: ReturnType<typeof callsOf>["calls"]) => {
  for (const { name, arguments: values } of calls)
    expect([name, values, isValid[name](values)]).toEqual([name, values, true]);
  valid += calls.length;
};

const seeds = fc.nat(2 ** 31);

describe.each(families)("calls of $name, under random logits", (family) => {
  const { before, between, after } = family.written;
  const ways = [marksOf(family), []];

  it.each(ways.map((marks) => [marks.length > 0 ? "control tokens" : "text", marks] as const))(
    "fit their tools where the model decides to call, marks being %s",
    async (_, marks) => {
      const { write, parsing } = steered(family, [], marks);
      const loose = { ...parsing, takes: undefined };
      let finished = 0;
      // As the family writes it, up to a place where its tool is known.
      await property(
        fc.tuple(fc.constantFrom(...Object.keys(schemas)), seeds, fc.nat(between.length - 1)),
        ([name, seed, cut]) => {
          // In JSON, the name's quotation mark makes it known.
          const known = between.startsWith('"') ? between.slice(0, 1 + cut) : between;
          const { text } = write([before + name + known, 120], seed);
          const { calls } = callsOf(loose, text);
          finished += calls.length;
          expectValid(calls);
        },
        { runs: 40 },
      );
      expect(finished).toBeGreaterThan(20);
      // And anything else.
      const output = fc.constantFrom(
        ...transcripts.filter((one) => one.family.name === family.name).map((one) => one.output),
        before + "get_weather" + between + "{}" + after,
      );
      const cut = fc
        .tuple(output, fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([text, share]) => text.slice(0, Math.ceil(share * text.length)));
      const part = fc.oneof(cut, cut, arbitraryOutput([...marksOf(family), before]), fc.nat(60));
      await property(
        fc.tuple(fc.array(part, { maxLength: 6 }), seeds),
        ([parts, seed]) => {
          expectValid(callsOf(parsing, write(parts, seed).text).calls);
        },
        { runs: 40 },
      );
    },
  );

  it.each([tools, tools.slice(2, 3)])("are what is required", async (...required) => {
    const { write, parsing } = steered(family, required, marksOf(family));
    let whole = 0;
    await property(
      seeds,
      (seed) => {
        const { text, isWhole } = write([400], seed);
        if (!isWhole) return;
        whole++;
        const { calls, notes } = callsOf({ ...parsing, takes: undefined }, text);
        expect(notes).toEqual([]);
        expect(calls.length).toBe(1);
        expectValid(calls);
      },
      { runs: 30 },
    );
    expect(whole).toBeGreaterThan(20);
  });

  it("leave what is no call as it is", () => {
    const { write, tokenizer } = steered(family, [], marksOf(family));
    return property(
      seeds,
      (seed) => {
        const { tokens } = write([80], seed);
        expect(tokens).toEqual(guidedAnswer(tokenizer, undefined, [80], seed));
      },
      { runs: 30 },
    );
  });
});

it("that don't fit are no calls where nothing could hold the model", () => {
  const family = families.find(({ name }) => name === "llama")!;
  const { parsing } = steered(family, [], []);
  const calls = (text: string) => callsOf(parsing, text).calls.map((call) => call.arguments);
  const bad = ["<|python_tag|>get_weather.call(city=5)", '{"parameters": {"city": 5}, "name": "get_weather"}'];
  for (const text of bad) {
    expect(calls(text)).toEqual([]);
    const note = {
      code: "MALFORMED_TOOL_CALL",
      message: 'the arguments of "get_weather" are not what it takes',
      index: 0,
    };
    expect(callsOf(parsing, text).notes).toMatchObject([note]);
    expect(callsOf({ ...parsing, takes: undefined }, text).calls.length).toBe(1);
  }
  expect(calls('<|python_tag|>get_weather.call(unit="C", city="Rome")')).toEqual([{ unit: "C", city: "Rome" }]);
});

it("leave texts that are held to a form without marks", () => {
  const family = families.find(({ name }) => name === "granite")!;
  const { tokenizer, shown } = textsOf(family, ...marksOf(family));
  const guide = startConstraint({ jsonSchema: { type: "string" } }, shown)!;
  guide.accept(tokenizer.encode('"', { addSpecial: false })[0]);
  const mark = tokenizer.tokenId("<|tool_call|>")!;
  expect((guide.mask()![mark >> 5] >>> (mark & 31)) & 1).toBe(0);
});

it("are counted", () => {
  record("tool calls under random logits, arguments valid by Ajv", valid, "all");
});
