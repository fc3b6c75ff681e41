import { describe, expect, it } from "vitest";
import { Context } from "../../src/model/index.ts";
import { normalisedMeanSquaredError } from "../support/distributions.ts";
import { differingSteps, withModel } from "../support/golden-architectures.ts";
import { record } from "../support/record.ts";
import { expectedModels, modelNames, positions } from "./fixtures/architectures/expected.ts";
import { models } from "./fixtures/architectures/models.ts";
import { randomModel, vocabulary } from "./fixtures/architectures/random-model.ts";
import type { LoadedModel } from "../../src/model/index.ts";

/** The logits at the positions that are stored. */
async function logitsOf(model: LoadedModel, tokens: readonly number[]): Promise<Float32Array> {
  const all = await new Context(model).forward(tokens);
  const rows = positions.map((t) => all.subarray(t * vocabulary, (t + 1) * vocabulary));
  return Float32Array.from(rows.flatMap((row) => [...row]));
}

describe("random models of our own against llama.cpp", () => {
  const expected = expectedModels();

  for (const name of modelNames) {
    it(`${name}, f32`, async () => {
      const golden = expected.get(name)!;
      await withModel(await randomModel(name, models[name], "Q8_0"), "f32", async (model) => {
        const error = normalisedMeanSquaredError(await logitsOf(model, golden.tokens), golden.logits);
        record(`${name}, f32: normalised mean squared error of the logits`, error, 1e-8);
        expect(error).toBeLessThanOrEqual(1e-8);
        expect(await differingSteps(model, golden, 0.001)).toEqual([]);
      });
    });

    it(`${name}, int8`, async () => {
      const golden = expected.get(name)!;
      const most = Math.max(1e-8, 1.5 * golden.llama_cpp_nmse);
      await withModel(await randomModel(name, models[name], "Q8_0"), "int8", async (model) => {
        const error = normalisedMeanSquaredError(await logitsOf(model, golden.tokens), golden.logits);
        record(`${name}, int8: normalised mean squared error of the logits`, error, most);
        expect(error).toBeLessThanOrEqual(most);
      });
    });
  }
});
