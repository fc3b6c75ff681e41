import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Context } from "../../src/model/index.ts";
import { normalisedMeanSquaredError } from "../support/distributions.ts";
import { withModel } from "../support/golden-architectures.ts";
import { float32File } from "../support/golden-smollm2.ts";
import { record } from "../support/record.ts";
import { positions, tokens } from "./fixtures/architectures/expected.ts";
import { vocabulary } from "./fixtures/architectures/random-model.ts";
import { cases, prunedModel } from "./pruned/cases.ts";

describe("models that were pruned, against llama.cpp on the same files", () => {
  const expected = float32File(join(import.meta.dirname, "pruned/expected.f32"));
  const size = positions.length * vocabulary;

  it.each(Object.keys(cases).map((name, i) => [name, i] as const))("without %s", async (name, i) => {
    await withModel(await prunedModel(name), "f32", async (model) => {
      const all = await new Context(model).forward(tokens);
      const found = positions.flatMap((t) => [...all.subarray(t * vocabulary, (t + 1) * vocabulary)]);
      const error = normalisedMeanSquaredError(Float32Array.from(found), expected.subarray(i * size, (i + 1) * size));
      record(`pruning: random model without ${name}, f32: normalised mean squared error of the logits`, error, 1e-8);
      expect(error).toBeLessThanOrEqual(1e-8);
    });
  });
});
