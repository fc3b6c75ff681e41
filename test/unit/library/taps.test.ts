import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LanguageModel, type LoadOptions, type Taps, loadModel } from "../../../src/index.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

const tokens = Array.from({ length: 90 }, (_, i) => (i * 31) % 257);
const everything = (see: Taps[string]): Taps => ({ "*": see, "*.*": see, "*.*.*": see, "*.*.*.*": see });

const reference: LoadOptions = { kernels: "reference" };
const fast = [1, 2, 3].map((threads): LoadOptions => ({ kernels: "wasm", threads }));

describe.each([reference, ...fast])("taps with $kernels kernels, threads: $threads", (options) => {
  let model: LanguageModel;
  beforeAll(async () => {
    model = await loadModel(await tinyLlama({ format: "Q4_1" }), options);
  });
  afterAll(() => model.close());

  it("change nothing, even where the function spoils what it is shown", async () => {
    const plain = await model.createContext().forward(tokens);
    let shown = 0;
    const spoil: Taps[string] = ({ data }) => {
      shown++;
      data.fill(NaN);
    };
    expect(await model.createContext().forward(tokens, { taps: everything(spoil) })).toEqual(plain);
    expect(shown).toBeGreaterThan(0);
  });

  it("show attention weights that add up to 1 in each head, across chunks of 64", async () => {
    let rows = 0;
    const taps: Taps = {
      "layer.*.attention.weights": ({ shape: [heads, positions], data }) => {
        expect(data).toHaveLength(heads * positions);
        for (let head = 0; head < heads; head++) {
          const row = data.subarray(head * positions, (head + 1) * positions);
          expect(row.every((weight) => weight >= 0)).toBe(true);
          const sum = row.reduce((all, weight) => all + weight, 0);
          expect(Math.abs(sum - 1)).toBeLessThan(1e-5);
          rows++;
        }
      },
    };
    await model.createContext().forward(tokens, { taps });
    const { layers, heads } = model.config;
    expect(rows).toBe(layers * heads * tokens.length);
  });

  it("show the logits that are returned", async () => {
    const shown: number[] = [];
    const taps: Taps = { logits: ({ data }) => void shown.push(...data) };
    const logits = await model.createContext().forward(tokens.slice(0, 12), { taps });
    expect(Float32Array.from(shown)).toEqual(logits);
  });

  it("show residuals whose difference is what attention and feed-forward added", async () => {
    const seen: Record<string, Float32Array> = {};
    const taps = everything(({ data }, name) => {
      seen[name] = data;
    });
    await model.createContext().forward([5, 6, 7], { taps });
    seen["layer.1.residual"].forEach((sum, i) => {
      const attended = Math.fround(seen["layer.0.residual"][i] + seen["layer.1.attention.output"][i]);
      expect(sum).toBe(Math.fround(attended + seen["layer.1.feed_forward.output"][i]));
    });
  });

  it("are seen by generation: the prompt, then a token at a time", async () => {
    const rows: number[] = [];
    const taps: Taps = { embedding: ({ shape }) => void rows.push(shape[0]) };
    await model.generate(tokens.slice(0, 11), { maxTokens: 3, temperature: 0, ignoreEnd: true, taps }).result;
    const { maxBatch } = model.loaded.backend;
    expect(rows).toEqual(maxBatch < 11 ? [maxBatch, 11 - maxBatch, 1, 1] : [11, 1, 1]);
  });

  it("that throw end the call with their error, and leave a context that can be used", async () => {
    const context = model.createContext();
    const taps: Taps = {
      "layer.0.residual": () => {
        throw new Error("seen enough");
      },
    };
    await expect(context.forward([1, 2], { taps })).rejects.toThrow("seen enough");
    expect(context.length).toBe(0);
    expect(await context.forward([1, 2])).toEqual(await model.createContext().forward([1, 2]));
  });
});

it("taps show the same, bit for bit and in the same order, whatever computes", async () => {
  const bytes = await tinyLlama({ format: "Q4_1", headLength: 32 });
  const showAll = async (options: LoadOptions) => {
    const model = await loadModel(bytes, options);
    const shown: unknown[] = [];
    const taps = everything(({ shape, data }, name) => shown.push([name, shape, data]));
    const context = model.createContext();
    await context.forward(tokens, { taps, chunk: 8 });
    await context.forward([7], { taps });
    await model.close();
    return shown;
  };
  const expected = await showAll(reference);
  for (const options of fast) expect(await showAll(options)).toEqual(expected);
});
