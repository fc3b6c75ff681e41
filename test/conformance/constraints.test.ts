/**
 * Documents of SmolLM2 under schemas as people write them, and what masks and compiling cost. `PELLUCID_DOCUMENTS=20`
 * writes twenty of each, which takes an hour; docs/log.md has what that gave.
 */
import { expect } from "vitest";
import { loadModel } from "../../src/index.ts";
import { quantile, writeDocuments } from "../support/constrained-documents.ts";
import { record } from "../support/record.ts";
import { itShared, smollm2 } from "../support/shared.ts";
import { writtenSchemas } from "../support/written-schemas.ts";

const name = (what: string) => `structured output: ${what}`;

itShared(
  "documents under schemas as people write them",
  async () => {
    const model = await loadModel(smollm2);
    try {
      const each = Number(process.env.PELLUCID_DOCUMENTS ?? 3);
      const documents = await writeDocuments(model, writtenSchemas(), each);
      const { schemas, refused, written, finished, invalid, masks, compiling, tokens } = documents;
      const step = documents.decodeMilliseconds / tokens;
      const [median, last] = [quantile(masks, 0.5), quantile(masks, 0.99)];
      record(name("schemas as people write them: refused"), refused.length / schemas, 0.05);
      record(name(`documents of ${written} that finish within 512 tokens`), finished / written, "≥ 0.9");
      record(name("finished documents that Ajv does not take"), invalid.length, 0);
      record(name("a mask, median, of a decode step"), median / step, 0.15);
      record(name("a mask, 99th percentile, of a decode step"), last / step, 1);
      record(name("milliseconds to compile a schema: median"), quantile(compiling, 0.5));
      record(name("milliseconds to compile a schema: the slowest"), Math.max(...compiling), 200);
      expect(invalid).toEqual([]);
      expect(refused.length / schemas).toBeLessThanOrEqual(0.05);
      expect(finished / written).toBeGreaterThanOrEqual(0.9);
      expect(median / step).toBeLessThanOrEqual(0.15);
      expect(last / step).toBeLessThanOrEqual(1);
      expect(Math.max(...compiling)).toBeLessThanOrEqual(200);
    } finally {
      await model.close();
    }
  },
  14_400_000,
);
