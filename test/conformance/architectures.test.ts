import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { modelNames } from "../golden/fixtures/architectures/expected.ts";
import { models } from "../golden/fixtures/architectures/models.ts";
import { randomModel, vocabulary } from "../golden/fixtures/architectures/random-model.ts";
import { planLaw } from "../laws/architectures.ts";
import { goldenArchitecture, goldenArchitectures } from "../support/golden-architectures.ts";
import { record } from "../support/record.ts";
import { itShared } from "../support/shared.ts";

/** Past a page of the cache, and past the models' windows. */
const tokens = Array.from({ length: 70 }, (_, i) => (i * i * 7 + 3 * i + 5) % vocabulary);

async function check(name: string, gguf: Uint8Array, given: readonly number[], prompt: number): Promise<void> {
  for (const precision of ["int8", "f32"] as const) {
    const result = await planLaw(gguf, { tokens: given, precision, threads: [1, 2, 3, 4], prompt });
    const figure = result.differing.length === 0 ? "the reference's bits" : `differs on ${result.differing.join(", ")}`;
    record(`${name}, ${precision}: logits of 1, 2, 3 and 4 threads`, figure, "the reference's bits");
    expect(result).toEqual({ differing: [], others: [] });
  }
}

describe("the plan of every architecture gives the reference's logits", () => {
  for (const name of modelNames) {
    it(name, async () => check(name, await randomModel(name, models[name], "Q8_0"), tokens, 66));
  }
});

describe("the plan gives the reference's logits for llama.cpp's small random models", () => {
  for (const name of goldenArchitectures) {
    itShared(name, async () => {
      const golden = goldenArchitecture(name);
      await check(name, readFileSync(golden.path), golden.tokens, golden.tokens.length - 4);
    });
  }
});
