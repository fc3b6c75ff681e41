import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LanguageModel, loadModel, perplexity } from "../../../src/index.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

let model: LanguageModel;
beforeAll(async () => {
  model = await loadModel(await tinyLlama());
});
afterAll(() => model.close());

const tokens = Array.from({ length: 203 }, (_, i) => (i * i * 7 + i) % 257);

/** −Σ ln p of all tokens but the first, each from the logits before it, in plain double arithmetic. */
async function negativeLogLikelihood(part: number[]): Promise<number> {
  const logits = await model.createContext().forward(part);
  let sum = 0;
  for (let t = 0; t + 1 < part.length; t++) {
    const row = logits.subarray(t * 257, (t + 1) * 257);
    const total = row.reduce((all, logit) => all + Math.exp(logit), 0);
    sum -= Math.log(Math.exp(row[part[t + 1]]) / total);
  }
  return sum;
}

describe("perplexity", () => {
  it("is e to the mean of what the logits say, windows side by side", async () => {
    const nll =
      (await negativeLogLikelihood(tokens.slice(0, 100))) +
      (await negativeLogLikelihood(tokens.slice(100, 200))) +
      (await negativeLogLikelihood(tokens.slice(200)));
    const result = await perplexity(model.loaded, tokens, { window: 100 });
    expect(result.tokens).toBe(99 + 99 + 2);
    expect(result.meanNll).toBeCloseTo(nll / 200, 10);
    expect(result.perplexity / Math.exp(nll / 200)).toBeCloseTo(1, 10);
  });

  it("leaves out a last window of one token", async () => {
    const result = await perplexity(model.loaded, tokens.slice(0, 101), { window: 100 });
    expect(result.tokens).toBe(99);
    expect(result.meanNll).toBeCloseTo((await negativeLogLikelihood(tokens.slice(0, 100))) / 99, 10);
  });

  it("tells how far it is, and ends when aborted", async () => {
    const progress: number[] = [];
    const options = { window: 100, onProgress: ({ tokens: done }: { tokens: number }) => void progress.push(done) };
    await perplexity(model.loaded, tokens, options);
    expect(progress.length).toBeGreaterThan(3);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(203);
    const reason = new Error("enough");
    await expect(perplexity(model.loaded, tokens, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it("refuses a text or a window that scores nothing", async () => {
    const refused = { code: "INVALID_ARGUMENT" };
    await expect(perplexity(model.loaded, [1])).rejects.toMatchObject(refused);
    await expect(perplexity(model.loaded, tokens, { window: 1 })).rejects.toMatchObject(refused);
    await expect(perplexity(model.loaded, [1, 999])).rejects.toMatchObject(refused);
  });
});
