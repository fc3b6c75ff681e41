import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadModel } from "../../src/index.ts";
import { sha256OfFile } from "../../src/platform/index.ts";
import { decidedLength } from "../support/golden-smollm2.ts";
import { record } from "../support/record.ts";
import { itShared } from "../support/shared.ts";
import { type ExpectedFile, expectedPath, prompt, steps, writtenFiles } from "./written-files/cases.ts";

const whole = process.env.PELLUCID_CONFORMANCE !== undefined;
const expected = JSON.parse(readFileSync(expectedPath, "utf8")) as Record<string, ExpectedFile>;
const folder = mkdtempSync(join(tmpdir(), "pellucid-written-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Written by `written-files/make.ts`. */
describe("files that we write, in llama.cpp as F32: the same greedy tokens as ours in f32", () => {
  for (const { name, isLarge, write } of writtenFiles) {
    if (isLarge && !whole) continue;
    const test = isLarge ? itShared : it;
    test(name, async () => {
      const golden = expected[name];
      const path = await write(folder);
      expect(await sha256OfFile(path)).toBe(golden.sha256);
      const model = await loadModel(path, { precision: "f32" });
      expect(model.tokenizer.encode(prompt)).toEqual(golden.prompt);
      const { tokens } = await model.generate(golden.prompt, { temperature: 0, maxTokens: steps, ignoreEnd: true })
        .result;
      await model.close();
      const decided = decidedLength(golden.margins, 0.002);
      const equal = golden.greedy.findIndex((token, i) => token !== tokens[i]);
      const figure = `${equal < 0 ? steps : equal} of ${steps} tokens equal`;
      record(`written file in llama.cpp as F32: ${name}`, figure, `the first ${decided} (margin ≥ 0.002)`);
      expect(tokens.slice(0, decided)).toEqual(golden.greedy.slice(0, decided));
    });
  }
});
