import { describe, expect, it } from "vitest";
import { constraintFromJsonSchema } from "../../../../src/sampling/index.ts";
import { property } from "../../../support/property.ts";
import fc from "fast-check";

const accepts = (schema: unknown, text: string) => constraintFromJsonSchema(schema).accepts(text);
const cyclic: Record<string, unknown> = {};
cyclic.properties = cyclic;

describe("a JSON schema", () => {
  it.each<[string, unknown, string, string | undefined]>([
    ["no JSON", () => 1, "INVALID_SCHEMA", ""],
    ["a cycle", cyclic, "INVALID_SCHEMA", ""],
    ["a text", "{}", "INVALID_SCHEMA", ""],
    ["a wrong type", { properties: { "a/b": { type: "text" } } }, "INVALID_SCHEMA", "/properties/a~1b/type"],
    ["a wrong bound", { items: { minLength: "3" } }, "INVALID_SCHEMA", "/items/minLength"],
    ["a wrong pattern", { allOf: [{ pattern: "(" }] }, "INVALID_REGEX", "/allOf/0/pattern"],
    ["a list of items", { items: [{}] }, "UNSUPPORTED_SCHEMA", "/items"],
    ["$dynamicRef", { $dynamicRef: "#x" }, "UNSUPPORTED_SCHEMA", "/$dynamicRef"],
    ["unevaluatedProperties", { unevaluatedProperties: false }, "UNSUPPORTED_SCHEMA", "/unevaluatedProperties"],
    ["another dialect", { $schema: "https://example.com/mine" }, "UNSUPPORTED_SCHEMA", "/$schema"],
    ["a format of the specification", { format: "iri" }, "UNSUPPORTED_SCHEMA", "/format"],
    ["a reference elsewhere", { $ref: "https://example.com/a" }, "UNRESOLVED_REFERENCE", "/$ref"],
    ["a reference to itself", { anyOf: [{ $ref: "#" }, { type: "null" }] }, "ENDLESS_REFERENCE", ""],
    ["a contradiction", { type: "string", enum: [1] }, "IMPOSSIBLE_SCHEMA", ""],
    ["empty bounds", { type: "integer", exclusiveMinimum: 1, exclusiveMaximum: 2 }, "IMPOSSIBLE_SCHEMA", ""],
    [
      "an endless value",
      { type: "object", required: ["a"], properties: { a: { $ref: "#" } } },
      "IMPOSSIBLE_SCHEMA",
      "",
    ],
  ])("that is or has %s is refused before anything is generated", (_, schema, code, pointer) => {
    expect(() => constraintFromJsonSchema(schema)).toThrow(expect.objectContaining({ code, pointer }));
  });

  it("refuses in one line that says what to do", () => {
    const refusal = "/items/minLength must be a whole number of at least 0, not -1";
    expect(() => constraintFromJsonSchema({ items: { minLength: -1 } })).toThrow(refusal);
  });

  it("keeps the order of properties, and no key comes twice", () => {
    const schema = { properties: { b: {}, a: {} }, required: ["a"] };
    expect(accepts(schema, '{"b":1,"a":2}')).toBe(true);
    expect(accepts(schema, '{"a":2,"b":1}')).toBe(false);
    expect(accepts(schema, '{"a":2}')).toBe(true);
    expect(accepts(schema, '{"c":0,"b":1,"d":0,"a":2,"e":0}')).toBe(true);
    expect(accepts(schema, '{"a":2,"c":0,"c":0}')).toBe(false);
    expect(accepts(schema, '{"a":2,"a":0}')).toBe(false);
  });

  it("may leave out properties that the schema does not speak of", () => {
    const closed = (schema: unknown) => constraintFromJsonSchema(schema, { extraProperties: false });
    expect(closed({ properties: { a: {} } }).accepts('{"a":1,"b":1}')).toBe(false);
    expect(closed({ properties: { a: {} }, additionalProperties: true }).accepts('{"a":1,"b":1}')).toBe(true);
    expect(closed({ properties: { a: {} }, patternProperties: { b: {} } }).accepts('{"a":1,"b":1}')).toBe(true);
    expect(closed({ properties: { a: {} }, minProperties: 2 }).accepts('{"a":1,"b":1}')).toBe(true);
    expect(closed({ type: "object" }).accepts('{"a":1,"b":1}')).toBe(true);
  });

  it("allows the white space that printers write, or none", () => {
    const schema = { type: "array", items: { type: "object" } };
    const value = [{ a: [1, { b: "c" }] }, {}];
    for (const indent of [undefined, 1, 2, 4]) expect(accepts(schema, JSON.stringify(value, null, indent))).toBe(true);
    expect(accepts(schema, '[{"a": [1, {"b": "c"}]}, {}]')).toBe(true);
    expect(accepts(schema, "[  {}]")).toBe(false);
    const compact = constraintFromJsonSchema(schema, { whitespace: "none" });
    expect(compact.accepts(JSON.stringify(value))).toBe(true);
    expect(compact.accepts("[{}, {}]")).toBe(false);
  });

  it("writes strings in one way only", () => {
    expect(accepts({ type: "string" }, String.raw`"\n\u0001é😀\"\\"`)).toBe(true);
    for (const text of [String.raw`"\u00e9"`, String.raw`"\/"`, '"\n"', '"\u0001"']) {
      expect(accepts({ type: "string" }, text)).toBe(false);
    }
  });

  it("counts characters, not code units or bytes", () => {
    const schema = { type: "string", minLength: 2, maxLength: 2 };
    expect(["é", "é😀", "é😀a", "\n\t"].map((text) => accepts(schema, JSON.stringify(text)))).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  it("lets items differ", () => {
    const schema = { type: "array", items: { type: ["integer", "string"] }, uniqueItems: true };
    expect(accepts(schema, '[1,"1",12,"a"]')).toBe(true);
    expect(accepts(schema, "[1,2,1]")).toBe(false);
    expect(accepts({ ...schema, items: { type: "number" } }, "[1.5,1e+21,1.25]")).toBe(true);
    expect(accepts({ ...schema, items: { enum: ["a", "b"] } }, '["a","b"]')).toBe(true);
    expect(() => accepts({ ...schema, items: { enum: ["a", "b"] }, minItems: 3 }, "")).toThrow("no value fulfils");
  });

  it("takes every JSON text that JSON.stringify writes, where everything is allowed", async () => {
    const any = constraintFromJsonSchema(true);
    const values = fc.jsonValue({ stringUnit: "binary" }).filter((value) => !JSON.stringify(value).includes("\\ud"));
    await property(values, (value) => any.accepts(JSON.stringify(value)), { runs: 500 });
  });

  it("is a copy", () => {
    const schema = { type: "string" };
    const constraint = constraintFromJsonSchema(schema);
    schema.type = "number";
    expect(constraint.accepts("1")).toBe(false);
  });
});
