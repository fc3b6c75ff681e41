import { describe, expect, it } from "vitest";
import { GgufError } from "../../../src/errors.ts";
import { Metadata } from "../../../src/gguf/index.ts";

const metadata = new Metadata([
  ["byte", { type: "uint8", value: 7 }],
  ["long", { type: "uint64", value: 2n ** 40n }],
  ["longest", { type: "uint64", value: 2n ** 64n - 1n }],
  ["half", { type: "float32", value: 0.5 }],
  ["yes", { type: "bool", value: true }],
  ["text", { type: "string", value: "" }],
  ["texts", { type: "array", elementType: "string", value: ["a", "b"] }],
  ["ints", { type: "array", elementType: "int32", value: Int32Array.of(-1, 2) }],
  ["longs", { type: "array", elementType: "int64", value: BigInt64Array.of(-1n, 2n) }],
  ["longests", { type: "array", elementType: "int64", value: BigInt64Array.of(2n ** 62n) }],
  ["bools", { type: "array", elementType: "bool", value: Uint8Array.of(1) }],
]);

const codeOf = (read: () => unknown) => {
  try {
    read();
  } catch (error) {
    if (error instanceof GgufError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("no error");
};

describe("Metadata", () => {
  it("gives values as the program wants them", () => {
    expect(metadata.number("byte")).toBe(7);
    expect(metadata.number("long")).toBe(2 ** 40);
    expect(metadata.number("half")).toBe(0.5);
    expect(metadata.boolean("yes")).toBe(true);
    expect(metadata.string("text", "default")).toBe("");
    expect(metadata.strings("texts")).toEqual(["a", "b"]);
    expect(metadata.numbers("ints")).toEqual(Int32Array.of(-1, 2));
    expect([...metadata.numbers("longs")]).toEqual([-1, 2]);
    expect(metadata.get("long")).toEqual({ type: "uint64", value: 2n ** 40n });
    expect([...metadata.keys()][1]).toBe("long");
    expect(metadata.size).toBe(11);
    expect(metadata.has("byte") && !metadata.has("no")).toBe(true);
  });

  it("gives the default for a missing key, and for no other", () => {
    expect(metadata.number("no", 3)).toBe(3);
    expect(metadata.boolean("no", false)).toBe(false);
    expect(metadata.strings("no", [])).toEqual([]);
    expect(codeOf(() => metadata.number("text", 3))).toMatch(/^WRONG_TYPE: .*"text" is of type string, expected a num/);
  });

  it("names the key in its errors", () => {
    expect(codeOf(() => metadata.string("no"))).toBe('MISSING_KEY: the metadata have no key "no"');
    expect(codeOf(() => metadata.string("byte"))).toMatch(/^WRONG_TYPE: .*"byte"/);
    expect(codeOf(() => metadata.boolean("byte"))).toMatch(/^WRONG_TYPE/);
    expect(codeOf(() => metadata.number("ints"))).toMatch(/^WRONG_TYPE: .*an array of int32, expected a number/);
    expect(codeOf(() => metadata.numbers("texts"))).toMatch(/^WRONG_TYPE/);
    expect(codeOf(() => metadata.numbers("bools"))).toMatch(/^WRONG_TYPE/);
    expect(codeOf(() => metadata.strings("text"))).toMatch(/^WRONG_TYPE/);
    expect(codeOf(() => metadata.number("longest"))).toMatch(/^UNSAFE_INTEGER: .*"longest".*18446744073709551615/);
    expect(codeOf(() => metadata.numbers("longests"))).toMatch(/^UNSAFE_INTEGER/);
    expect(codeOf(() => new Metadata([...metadata, ...metadata]))).toMatch(/^DUPLICATE_KEY: .*"byte"/);
  });
});
