import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { type ImportanceMatrix, quantizeFile, readImatrix } from "../../../src/compress/index.ts";
import { sha256OfFile } from "../../../src/platform/index.ts";
import { goldenPath, largeCases, prepareSmollm2 } from "../../golden/quants-mixtures/smollm2.ts";
import { record } from "../../support/record.ts";
import { hasShared, itShared } from "../../support/shared.ts";

const expected = JSON.parse(readFileSync(goldenPath, "utf8")) as Record<string, string>;

describe("SmolLM2 from F16: the same file as llama-quantize's, and so the same formats and the same perplexity", () => {
  const folder = hasShared ? mkdtempSync(join(tmpdir(), "pellucid-quantize-")) : "";
  let whole = "";
  let imatrix: ImportanceMatrix | undefined;
  beforeAll(async () => {
    if (!hasShared) return;
    const prepared = await prepareSmollm2(folder);
    whole = prepared.whole;
    imatrix = await readImatrix(join(folder, prepared.imatrix));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  for (const { name, type, weighted } of largeCases) {
    itShared(name, async () => {
      const out = join(folder, "out.gguf");
      await quantizeFile(whole, out, type, { imatrix: weighted ? imatrix : undefined, imatrixFile: "imatrix.gguf" });
      const sha256 = await sha256OfFile(out);
      record(
        `quantize: SmolLM2 from F16 to ${name}, against llama-quantize's`,
        sha256.slice(0, 16),
        expected[name].slice(0, 16),
      );
      expect(sha256).toBe(expected[name]);
    });
  }
});
