import { describe, expect, it } from "vitest";
import { models } from "../golden/fixtures/architectures/models.ts";
import { randomModel, vocabulary } from "../golden/fixtures/architectures/random-model.ts";
import { planLaw } from "./architectures.ts";

/** Between them these have all operations. The conformance run takes all architectures. */
const sample = [
  "llama4",
  "gemma2",
  "command-r",
  "gpt2",
  "gpt-oss",
  "nemotron",
  "qwen2moe",
  "deepseek2, groups, YaRN (V3)",
  "deepseek2, older files",
  "granite",
  "phi2",
];

/** Past a page of the cache, and past the models' windows. */
const tokens = Array.from({ length: 68 }, (_, i) => (i * i * 7 + 3 * i + 5) % vocabulary);

describe("the plan of any architecture gives the reference's logits", () => {
  for (const name of sample) {
    it(name, async () => {
      const gguf = await randomModel(name, models[name], "Q8_0");
      for (const precision of ["int8", "f32"] as const) {
        const threads = precision === "int8" ? [1, 3] : [2];
        expect(await planLaw(gguf, { tokens, precision, threads, prompt: 65 })).toEqual({ differing: [], others: [] });
      }
    });
  }
});
