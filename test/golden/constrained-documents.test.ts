import { describe, expect, it } from "vitest";
import { loadModel } from "../../src/index.ts";
import { constraintFromJsonSchema } from "../../src/sampling/index.ts";
import { ConstraintError } from "../../src/errors.ts";
import { quantile, writeDocuments } from "../support/constrained-documents.ts";
import { itShared, smollm2 } from "../support/shared.ts";
import { writtenSchemas } from "../support/written-schemas.ts";

const schemas = writtenSchemas();

describe("schemas as people write them", () => {
  it("are a hundred or more, of which few are refused", () => {
    const refused = schemas.filter(({ schema }) => {
      try {
        constraintFromJsonSchema(schema);
        return false;
      } catch (error) {
        if (error instanceof ConstraintError) return true;
        throw error;
      }
    });
    expect(schemas.length).toBeGreaterThanOrEqual(100);
    expect(refused.length).toBeLessThanOrEqual(0.05 * schemas.length);
  });

  // All of them, and twenty documents of each: test/conformance/constraints.test.ts.
  itShared(
    "give documents that are valid, with SmolLM2 at temperature 1",
    async () => {
      const model = await loadModel(smollm2);
      try {
        const some = ["address", "chess move", "labels", "overlapping oneOf"];
        const chosen = schemas.filter(({ name }) => some.includes(name));
        const { written, finished, invalid, masks } = await writeDocuments(model, chosen, 1);
        expect(invalid).toEqual([]);
        expect(written).toBe(some.length);
        expect(finished).toBe(written);
        expect(quantile(masks, 0.5)).toBeLessThan(20); // Loosely: machines are busy. Closely: in conformance.
      } finally {
        await model.close();
      }
    },
    180_000,
  );
});
