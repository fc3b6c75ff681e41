import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PromptCache, generate, noText } from "../../../src/decode/index.ts";
import { type LanguageModel, loadModel } from "../../../src/index.ts";
import { property } from "../../support/property.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

let model: LanguageModel;
beforeAll(async () => {
  model = await loadModel(await tinyLlama({ tied: false, contextLength: 64 }), { kernels: "reference" });
});
afterAll(() => model.close());

const fresh = async (prompt: readonly number[]) => {
  const context = model.createContext();
  const logits = await context.forward(prompt, { outputs: "last" });
  await context.close();
  return logits;
};

describe("a prompt cache", () => {
  it("gives what an empty context gives, whatever was read before", async () => {
    const cache = new PromptCache(model.loaded);
    const text = fc.array(fc.nat(2), { minLength: 1, maxLength: 8 });
    await property(
      fc.array(text, { minLength: 1, maxLength: 3 }),
      async (texts) => {
        for (const prompt of texts) {
          expect(await cache.read(prompt)).toEqual(await fresh(prompt));
          expect(await cache.add([5])).toEqual(await fresh([...prompt, 5]));
          expect(cache.length).toBe(prompt.length + 1);
        }
      },
      { runs: 20 },
    );
    await cache.close();
  });

  it("computes only what is new, the last token at least", async () => {
    const cache = new PromptCache(model.loaded);
    let computed = 0;
    const taps = { embedding: ({ shape }: { shape: readonly number[] }) => void (computed += shape[0]) };
    await cache.read([1, 2, 3, 4], { taps });
    expect([computed, cache.reused]).toEqual([4, 0]);
    await cache.read([1, 2, 3, 4], { taps });
    expect([computed, cache.reused]).toEqual([5, 3]);
    await cache.read([1, 2, 9, 9], { taps });
    expect([computed, cache.reused]).toEqual([7, 2]);
    await cache.close();
  });

  it("knows what it holds after an abort", async () => {
    const cache = new PromptCache(model.loaded);
    const prompt = Array.from({ length: 40 }, (_, i) => i);
    const controller = new AbortController();
    let chunks = 0;
    const taps = {
      embedding: () => {
        if (++chunks === 2) controller.abort(new Error("enough"));
      },
    };
    await expect(cache.read(prompt, { signal: controller.signal, taps })).rejects.toThrow("enough");
    expect(cache.length).toBeGreaterThan(0);
    expect(cache.length).toBeLessThan(40);
    expect(await cache.read(prompt)).toEqual(await fresh(prompt));
    await cache.close();
  });

  it("serves one generation at a time, and stays open after each", async () => {
    const cache = new PromptCache(model.loaded);
    const options = { temperature: 0, maxTokens: 4 };
    const start = () => generate(model.loaded, noText, [1, 2, 3], options, cache);
    const [first, second] = [start(), start()];
    const results = await Promise.allSettled([first.result, second.result]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect((await start().result).tokens).toEqual(
      (await generate(model.loaded, noText, [1, 2, 3], options).result).tokens,
    );
    for await (const piece of start()) if (piece.token >= 0) break;
    await start().result;
    await cache.close();
  });
});
