import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytesSource, openGguf } from "../../src/gguf/index.ts";
import { Context, type LoadedModel, loadModelInto } from "../../src/model/index.ts";
import { createWasmBackend } from "../../src/plan/index.ts";
import { type Backend, type Precision, createReferenceBackend } from "../../src/tensor/index.ts";
import { property } from "../support/property.ts";
import { tinyLlama } from "../support/tiny-llama.ts";
import { equalBits } from "./bits.ts";
import { cutTexts } from "./model.ts";

/** All formats of the fast kernels; the K formats need rows of 256. */
const formats = ["F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"];
const precisions: Precision[] = ["int8", "f32"];
const ways = [
  { threads: 1, relaxed: false },
  { threads: 1, relaxed: true },
  { threads: 2, relaxed: true },
  { threads: 3, relaxed: true },
  { threads: 4, relaxed: false },
];

const manyColumns = { heads: 1, kvHeads: 1, headLength: 32, feedForwardLength: 70_016, layers: 1 };

it("rows of more than 65,536 columns have the scratch memory that they need", async () => {
  const bytes = await tinyLlama({ ...manyColumns, format: "F16" });
  const logits: Float32Array[] = [];
  for (const backend of [createReferenceBackend("f32"), await createWasmBackend({ ...ways[2], precision: "f32" })]) {
    logits.push(await logitsOf(await loadModelInto(backend, await openGguf(bytesSource(bytes))), [1, 2, 3]));
    await backend.close();
  }
  expect(equalBits(logits[1], logits[0])).toBe(true);
});

/** The logits of all tokens, computed in parts. */
async function logitsOf(model: LoadedModel, tokens: readonly number[], chunk?: number): Promise<Float32Array> {
  const context = new Context(model);
  try {
    return await context.forward(tokens, { chunk });
  } finally {
    await context.close();
  }
}

describe.each(formats)("%s: WebAssembly kernels, one or several threads, give the reference's logits", (format) => {
  describe.each(precisions)("%s", (precision) => {
    const backends: Backend[] = [];
    const models: LoadedModel[] = [];
    beforeAll(async () => {
      const wide = format.endsWith("_K");
      const shape = wide
        ? { heads: 4, kvHeads: 2, headLength: 64, feedForwardLength: 256, layers: 1 }
        : { heads: 3, kvHeads: 1, headLength: 32, feedForwardLength: 96, layers: 2 };
      const bytes = await tinyLlama({ ...shape, format, biases: true, tied: format === "Q8_0" });
      backends.push(createReferenceBackend(precision));
      for (const way of ways) backends.push(await createWasmBackend({ ...way, precision }));
      for (const backend of backends) models.push(await loadModelInto(backend, await openGguf(bytesSource(bytes))));
    });
    afterAll(async () => {
      for (const backend of backends) await backend.close();
    });

    it("whatever the text and the chunks", async () => {
      const cases = fc.tuple(cutTexts(models[0], 80), fc.integer({ min: 1, max: 80 }));
      await property(
        cases,
        async ([{ tokens }, chunk]) => {
          const expected = await logitsOf(models[0], tokens);
          for (const model of models.slice(1)) {
            expect(equalBits(await logitsOf(model, tokens, chunk), expected)).toBe(true);
          }
        },
        { runs: 12 },
      );
    });
  });
});

describe.each(["F32", "Q4_1"])("%s: threads that share a long text give the reference's logits", (format) => {
  it.each([510, 1100])("at a depth of %i", async (depth) => {
    const shape = { heads: 6, kvHeads: 2, headLength: 16, feedForwardLength: 32, layers: 2, contextLength: 1200 };
    const bytes = await tinyLlama({ ...shape, format });
    const tokens = Array.from({ length: depth + 4 }, (_, i) => (i * i + depth) % 256);
    let expected: Float32Array | undefined;
    for (const way of [undefined, ...ways]) {
      const precision = "int8";
      const backend =
        way === undefined ? createReferenceBackend(precision) : await createWasmBackend({ ...way, precision });
      const context = new Context(await loadModelInto(backend, await openGguf(bytesSource(bytes))));
      await context.forward(tokens.slice(0, depth), { outputs: "last" });
      const parts: number[] = [];
      for (const token of tokens.slice(depth)) parts.push(...(await context.forward([token])));
      expected ??= Float32Array.from(parts);
      expect(equalBits(Float32Array.from(parts), expected)).toBe(true);
      await context.close();
      await backend.close();
    }
  });
});
