import { readdirSync, readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { ConstraintError } from "../../src/errors.ts";
import { constraintFromJsonSchema } from "../../src/sampling/index.ts";
import { record } from "../support/record.ts";
import { inSchemaOrder } from "../support/schema-order.ts";
import { hasShared, itShared, shared } from "../support/shared.ts";

interface Group {
  readonly description: string;
  readonly schema: unknown;
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[];
}

const folder = shared("golden", "json-schema-test-suite", "tests", "draft2020-12");
const files = hasShared ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
const groupsOf = (file: string) => JSON.parse(readFileSync(`${folder}/${file}`, "utf8")) as Group[];

/** Why a schema of the suite may be refused: it uses one of these. Every other must be followed. */
const refusable =
  /"(\$dynamicRef|unevaluatedItems|unevaluatedProperties|uniqueItems)"|"\$(ref|schema)":"(https:\/\/json-schema.org\/draft\/2020-12\/schema"|http:\/\/localhost|[a-z-]*\.json|nested\/)|"multipleOf":0.123456789|"enum":\[\]|folderInteger/;

const counts = { right: 0, refused: 0, groups: 0 };

describe("the JSON Schema test suite, draft 2020-12: no wrong verdict", () => {
  for (const file of files) {
    itShared(file, () => {
      const wrong: string[] = [];
      for (const { description, schema, tests } of groupsOf(file)) {
        counts.groups++;
        const constraint = compile(schema);
        if (constraint instanceof ConstraintError) {
          counts.refused++;
          if (!refusable.test(JSON.stringify(schema))) wrong.push(`${description}: refused, ${constraint.message}`);
          continue;
        }
        for (const { description: test, data, valid } of tests) {
          const text = JSON.stringify(inSchemaOrder(data, schema));
          const accepted = constraint === "impossible" ? false : constraint.accepts(text);
          if (accepted === valid) counts.right++;
          else wrong.push(`${description}, ${test}: ${text} is ${valid ? "valid" : "invalid"}`);
        }
      }
      expect(wrong).toEqual([]);
    });
  }

  itShared("is most of the suite", () => {
    record("structured output: JSON-Schema-Test-Suite, draft 2020-12: right verdicts", counts.right);
    record("structured output: JSON-Schema-Test-Suite, draft 2020-12: wrong verdicts", 0, 0);
    record("structured output: JSON-Schema-Test-Suite: schemas refused", `${counts.refused} of ${counts.groups}`);
    expect(counts.right).toBeGreaterThan(900);
  });
});

/** That no value fulfils a schema is a verdict, not a refusal. */
function compile(schema: unknown) {
  try {
    return constraintFromJsonSchema(schema, { formats: false });
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error;
    return error.code === "IMPOSSIBLE_SCHEMA" ? ("impossible" as const) : error;
  }
}
