import { describe, expect, it } from "vitest";
import { compareModels, qualityChart } from "../../../src/compress/index.ts";
import { loadModel, perplexity } from "../../../src/index.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

const tokens = Array.from({ length: 100 }, (_, i) => (i * 37 + ((i * i) % 11)) % 256);
const load = async (format: string, more = {}) =>
  loadModel(await tinyLlama({ format, ...more }), { precision: "f32", threads: 1 });

describe("compareModels", () => {
  it("finds no difference between a model and itself, and the perplexity", async () => {
    const model = await load("F32");
    const { tokens: scored, base, others } = await compareModels(model.loaded, [model.loaded], tokens, { window: 40 });
    const expected = await perplexity(model.loaded, tokens, { window: 40 });
    expect(scored).toBe(expected.tokens);
    expect(base.meanNll).toBeCloseTo(expected.meanNll, 9);
    expect(others[0]).toMatchObject({ divergence: { mean: 0, percentile99: 0, maximum: 0 }, agreement: 1 });
    await model.close();
  });

  it("measures what fewer bits cost", async () => {
    const models = [await load("F32"), await load("Q8_0"), await load("Q4_0")];
    const [first, ...rest] = models.map(({ loaded }) => loaded);
    const { base, others } = await compareModels(first, rest, tokens, { window: 50 });
    const [fine, coarse] = others;
    expect(fine.divergence.mean).toBeGreaterThan(0);
    expect(coarse.divergence.mean).toBeGreaterThan(4 * fine.divergence.mean);
    expect(coarse.divergence.maximum).toBeGreaterThanOrEqual(coarse.divergence.percentile99);
    expect(fine.agreement).toBeGreaterThanOrEqual(coarse.agreement);
    expect(base.sizeBytes).toBeGreaterThan(coarse.sizeBytes);

    // The last position's divergence from its definition.
    const logits = await Promise.all(
      [models[0], models[2]].map((model) => model.createContext().forward(tokens.slice(50, 99), { outputs: "last" })),
    );
    const [p, q] = logits.map((row) => {
      const shares = Array.from(row, Math.exp);
      const sum = shares.reduce((a, b) => a + b, 0);
      return shares.map((share) => share / sum);
    });
    const expected = p.reduce((sum, share, k) => sum + share * Math.log(share / q[k]), 0);
    const only = await compareModels(first, [rest[1]], tokens.slice(50), { window: 50 });
    const shorter = await compareModels(first, [rest[1]], tokens.slice(50, 99), { window: 50 });
    const sum = only.others[0].divergence.mean * only.tokens - shorter.others[0].divergence.mean * shorter.tokens;
    expect(sum).toBeCloseTo(expected, 5);
    for (const model of models) await model.close();
  });

  it("refuses models of different vocabularies", async () => {
    const model = await load("F32");
    const other = { ...model.loaded, config: { ...model.config, vocabularySize: 300 } };
    await expect(compareModels(model.loaded, [other], tokens)).rejects.toMatchObject({ code: "DIFFERENT_VOCABULARY" });
    await model.close();
  });
});

describe("qualityChart", () => {
  it("draws a point with its name for each model", () => {
    const svg = qualityChart([
      { name: "a<b>.gguf", sizeBytes: 270e6, perplexity: 12.5 },
      { name: "c.gguf", sizeBytes: 90e6, perplexity: 13.9 },
    ]);
    expect(svg.match(/<circle/g)).toHaveLength(2);
    expect(svg).toContain("a&#60;b&#62;.gguf");
    expect(svg).not.toContain("NaN");
  });
});
