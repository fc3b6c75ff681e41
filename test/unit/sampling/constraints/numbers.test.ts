import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constraintFromJsonSchema } from "../../../../src/sampling/index.ts";
import { isMultiple } from "../../../../src/sampling/constraints/json-schema/decimal.ts";
import { property } from "../../../support/property.ts";

const special = [
  0,
  1,
  -1,
  5,
  100,
  0.5,
  0.05,
  1e21,
  1.5e21,
  1e-7,
  -1.5e-7,
  1e308,
  5e-324,
  Number.MAX_VALUE,
  99.99,
  1e20,
];
const numbers = fc.oneof(
  fc.constantFrom(...special),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1000, max: 1000 }).map((value) => value / 10),
);
const bounds = fc.record(
  {
    minimum: numbers,
    maximum: numbers,
    exclusiveMinimum: numbers,
    exclusiveMaximum: numbers,
    multipleOf: fc.constantFrom(2, 3, 0.5, 0.01, 7),
    type: fc.constantFrom("integer", "number"),
  },
  { requiredKeys: [] },
);

describe("numbers", () => {
  it("are those within the bounds, as JSON.stringify writes them", async () => {
    await property(
      fc.tuple(bounds, fc.array(numbers, { minLength: 10, maxLength: 20 })),
      ([schema, values]) => {
        const {
          minimum = -Infinity,
          maximum = Infinity,
          exclusiveMinimum = -Infinity,
          exclusiveMaximum = Infinity,
        } = schema;
        const isInside = (value: number) =>
          value >= minimum && value <= maximum && value > exclusiveMinimum && value < exclusiveMaximum;
        const holds = (value: number) =>
          isInside(value) &&
          (schema.type !== "integer" || Number.isInteger(value)) &&
          (schema.multipleOf === undefined || isMultiple(value, schema.multipleOf));
        const edges = [minimum, maximum, exclusiveMinimum, exclusiveMaximum].filter(Number.isFinite);
        const constraint = compile({ not: { not: { ...schema } }, type: "number" });
        for (const value of [...values, ...edges]) {
          const text = JSON.stringify(value === 0 ? 0 : value);
          // Large integers with several digits are not read with an exponent; multiples not beyond fifteen digits.
          if (/\d\.\d+e\+/.test(text) && schema.type === "integer") continue;
          if (/e\+|\d{16}/.test(text) && schema.multipleOf !== undefined) continue;
          expect([text, constraint?.accepts(text) ?? false]).toEqual([text, holds(value)]);
        }
      },
      { runs: 80 },
    );
  });

  it("are written as JSON has them", () => {
    const any = constraintFromJsonSchema({ type: "number" });
    const texts = ["0", "-0.5", "1.50", "1e+21", "00", "-0", "1.", ".5", "1e5", "+1", "0x1"];
    expect(texts.filter((text) => any.accepts(text))).toEqual(["0", "-0.5", "1.50", "1e+21"]);
  });
});

function compile(schema: unknown) {
  try {
    return constraintFromJsonSchema(schema);
  } catch (error) {
    if ((error as { code?: string }).code === "IMPOSSIBLE_SCHEMA") return undefined;
    throw error;
  }
}
