import { describe, expect } from "vitest";
import { Context } from "../../src/model/index.ts";
import { normalisedMeanSquaredError } from "../support/distributions.ts";
import { differingSteps, goldenArchitecture, goldenArchitectures, withModel } from "../support/golden-architectures.ts";
import { record } from "../support/record.ts";
import { itShared } from "../support/shared.ts";

describe("small random models against llama.cpp", () => {
  for (const name of goldenArchitectures) {
    // The plain LLaMA has been held to more from the start.
    const bound = name === "llama-dense.F32" ? 1e-9 : 1e-8;

    itShared(`${name}, f32`, async () => {
      const golden = goldenArchitecture(name);
      await withModel(golden.path, "f32", async (model) => {
        const error = normalisedMeanSquaredError(await new Context(model).forward(golden.tokens), golden.logits);
        record(`${name}, f32: normalised mean squared error of the logits`, error, bound);
        expect(error).toBeLessThanOrEqual(bound);
        expect(await differingSteps(model, golden, 0.001)).toEqual([]);
      });
    });

    itShared(`${name}, int8`, async () => {
      const golden = goldenArchitecture(name);
      const most = Math.max(1e-8, 1.5 * golden.llama_cpp_nmse);
      await withModel(golden.path, "int8", async (model) => {
        const error = normalisedMeanSquaredError(await new Context(model).forward(golden.tokens), golden.logits);
        record(`${name}, int8: normalised mean squared error of the logits`, error, most);
        expect(error).toBeLessThanOrEqual(most);
      });
    });
  }
});
