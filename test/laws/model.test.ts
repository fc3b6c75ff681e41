import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { bytesSource, openGguf } from "../../src/gguf/index.ts";
import { Context, type LoadedModel, loadModelInto } from "../../src/model/index.ts";
import { createReferenceBackend } from "../../src/tensor/index.ts";
import { property } from "../support/property.ts";
import { tinyLlama } from "../support/tiny-llama.ts";
import {
  cachedEqualsUncached,
  cutTexts,
  givenArrayEqualsNew,
  partsEqualWhole,
  stepsEqualWhole,
  truncationForgets,
} from "./model.ts";

const settings = [
  { format: "F32", precision: "f32" },
  { format: "Q4_1", precision: "int8" },
] as const;

describe.each(settings)("a random LLaMA in $format, $precision", ({ format, precision }) => {
  let model: LoadedModel;
  beforeAll(async () => {
    const bytes = await tinyLlama({
      format,
      layers: 1,
      heads: 2,
      kvHeads: 1,
      feedForwardLength: 32,
      contextLength: 640,
    });
    model = await loadModelInto(createReferenceBackend(precision), await openGguf(bytesSource(bytes)));
  });

  const laws = { partsEqualWhole, stepsEqualWhole, cachedEqualsUncached, truncationForgets, givenArrayEqualsNew };
  for (const [name, law] of Object.entries(laws)) {
    it(name, async () => {
      await property(cutTexts(model, 12), (text) => law(model, text), { runs: 1000 });
    });
  }

  it("an array of another length than the logits is refused, and nothing is computed", async () => {
    const context = new Context(model);
    await expect(context.forward([1, 2], { into: new Float32Array(7) })).rejects.toThrow(/into must have/);
    expect(context.length).toBe(0);
    await context.close();
  });

  it("parts equal the whole across spans of attention", async () => {
    const tokens = fc.array(fc.nat(255), { minLength: 530, maxLength: 600 });
    const cuts = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 4 });
    await property(fc.record({ tokens, cuts }), (text) => partsEqualWhole(model, text), { runs: 4 });
  });

  it("parts equal the whole across pages of the cache", async () => {
    await property(cutTexts(model, 200), (text) => partsEqualWhole(model, text), { runs: 20 });
  });
});
