import { describe, expect, it } from "vitest";
import { Context } from "../../../src/model/index.ts";
import { modelNames, tokens } from "../../golden/fixtures/architectures/expected.ts";
import { models } from "../../golden/fixtures/architectures/models.ts";
import { type RandomModel, randomModel } from "../../golden/fixtures/architectures/random-model.ts";
import { cachedEqualsUncached, partsEqualWhole, stepsEqualWhole } from "../../laws/model.ts";
import { withModel } from "../../support/golden-architectures.ts";

/** The models of few layers: the others differ from them in nothing but that. */
const small = modelNames.filter((name) => (models[name].layers ?? 2) <= 6);

describe("every architecture keeps the laws of the cache", () => {
  it.each(small)("%s", async (name) => {
    const text = { tokens: tokens.slice(0, 70), cuts: [1, 30, 2, 33] };
    const short = { tokens: tokens.slice(0, 5), cuts: [] };
    await withModel(await randomModel(name, models[name], "Q8_0"), "int8", async (model) => {
      expect(await partsEqualWhole(model, text)).toBe(true);
      expect(await stepsEqualWhole(model, { tokens: tokens.slice(0, 20), cuts: [] })).toBe(true);
      expect(await cachedEqualsUncached(model, short)).toBe(true);
    });
  });
});

describe("loading refuses", () => {
  const load = async (model: RandomModel) =>
    withModel(await randomModel("refused", model, "Q8_0"), "f32", (loaded) => Promise.resolve(loaded));

  it("a file without a norm of its architecture", async () => {
    await expect(load({ architecture: "gemma2", tied: true })).rejects.toMatchObject({
      code: "MISSING_TENSOR",
      message: 'the file has no tensor "blk.0.post_attention_norm.weight"',
    });
  });

  it("a file with a weight that the forward pass would leave out", async () => {
    await expect(load({ architecture: "llama", headNorms: "shared" })).rejects.toMatchObject({
      code: "UNKNOWN_TENSOR",
      message: expect.stringContaining('"blk.0.attn_q_norm.weight" and 3 more') as string,
    });
  });

  it("norms of queries that fit no head", async () => {
    const tensors = [
      { name: "attn_q_norm.weight", columns: 12, around: 1 },
      { name: "attn_k_norm.weight", columns: 16, around: 1 },
    ];
    await expect(load({ architecture: "qwen3", layerTensors: tensors })).rejects.toMatchObject({ code: "BAD_TENSOR" });
  });

  it.each([
    ["no experts chosen", { used: 0 }, {}],
    ["more experts chosen than there are", { used: 9 }, {}],
    ["groups that do not divide the experts", { used: 2 }, { expert_group_count: 5, expert_group_used_count: 1 }],
    ["groups too small for the choice", { used: 4 }, { expert_group_count: 3, expert_group_used_count: 1 }],
  ])("%s", async (_, change, metadata) => {
    const experts = { count: 6, length: 32, ...change };
    await expect(load({ architecture: "llama", experts, metadata })).rejects.toMatchObject({ code: "BAD_CONFIG" });
  });

  it("lengths of latent attention that don't fit each other", async () => {
    const model = models["deepseek2, whole queries (V2-Lite)"];
    const metadata = { ...model.metadata, "attention.key_length": 40 };
    await expect(load({ ...model, metadata })).rejects.toMatchObject({ code: "BAD_CONFIG" });
  });

  it("heads of a layer that key-value heads don't divide, and too few numbers for the layers", async () => {
    const heads = (numbers: readonly number[]) =>
      load({ architecture: "llama", metadata: { "attention.head_count_kv": numbers } });
    await expect(heads([2, 3])).rejects.toThrow("4 heads for 3 key-value heads");
    await expect(heads([2])).rejects.toThrow("has 1 numbers for 2 layers");
  });
});

describe("files may differ in", () => {
  const logits = async (name: string, model: RandomModel) =>
    withModel(await randomModel(name, model, "Q8_0"), "f32", (loaded) =>
      new Context(loaded).forward(tokens.slice(0, 10)),
    );

  it("key-value heads from layer to layer", async () => {
    // All layers alike, said once or for each: the same file otherwise, so the same bits.
    const once = await logits("heads", { architecture: "llama" });
    expect(await logits("heads", { architecture: "llama", kvHeads: [2, 2] })).toEqual(once);
    for (const kvHeads of [
      [4, 1],
      [1, 4],
    ]) {
      await withModel(await randomModel("heads", { architecture: "llama", kvHeads }, "Q8_0"), "f32", async (model) => {
        expect(model.config.kvHeads).toBe(4);
        expect(await cachedEqualsUncached(model, { tokens: tokens.slice(0, 8), cuts: [] })).toBe(true);
      });
    }
  });

  it("how long a text learned positions reach", async () => {
    await withModel(await randomModel("gpt2", models.gpt2, "Q8_0"), "f32", (model) => {
      expect(() => new Context(model, { contextLength: 129 })).toThrow(/128/);
      expect(new Context(model, { contextLength: 128 }).contextLength).toBe(128);
      return Promise.resolve();
    });
  });
});
