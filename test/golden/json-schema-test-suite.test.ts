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

/** Why a schema of the suite may be refused, and how many are. Every other must be followed. */
const refusable: readonly (readonly [why: string, pattern: RegExp, schemas: number])[] = [
  ["`unevaluatedProperties`", /^unevaluatedProperties/, 45],
  ["`unevaluatedItems`", /^unevaluatedItems/, 28],
  ["references to other documents", /only references within the schema are followed/, 22],
  ["`$dynamicRef`", /^\$dynamicRef/, 15],
  ["`uniqueItems` of arrays or objects, or beside `prefixItems`", /^uniqueItems /, 3],
  ["other dialects in `$schema`", /is not a dialect/, 2],
  ["`multipleOf` beyond what it can be", /^multipleOf 0.123456789/, 1],
];

const counts = { right: 0, refused: new Map<string, number>(), groups: 0, slowest: 0 };

describe("the JSON Schema test suite, draft 2020-12: no wrong verdict", () => {
  for (const file of files) {
    itShared(file, () => {
      const wrong: string[] = [];
      for (const { description, schema, tests } of groupsOf(file)) {
        counts.groups++;
        const started = performance.now();
        const constraint = compile(schema);
        counts.slowest = Math.max(counts.slowest, performance.now() - started);
        if (constraint instanceof ConstraintError) {
          const message = constraint.message.replace(/^\S*: /, "");
          const why = refusable.find(([, pattern]) => pattern.test(message))?.[0] ?? "";
          counts.refused.set(why, (counts.refused.get(why) ?? 0) + 1);
          if (why === "") wrong.push(`${description}: refused, ${constraint.message}`);
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
    record("structured output: JSON-Schema-Test-Suite: ms to compile the slowest schema", counts.slowest, 200);
    const refused = [...counts.refused.values()].reduce((sum, count) => sum + count, 0);
    record("structured output: JSON-Schema-Test-Suite: schemas refused", `${refused} of ${counts.groups}`);
    expect(Object.fromEntries(counts.refused)).toEqual(
      Object.fromEntries(refusable.map(([why, , count]) => [why, count])),
    );
    expect(counts.right).toBeGreaterThan(900);
    const page = readFileSync("docs/structured-output.md", "utf8");
    for (const [why, , count] of refusable) expect(page).toContain(`| ${why} | ${count} |`);
    expect(page).toContain(`Of its ${counts.groups} schemas, ${refused} are refused`);
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
