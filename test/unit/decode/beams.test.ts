import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GenerateOptions, type LanguageModel, loadModel } from "../../../src/index.ts";
import { naiveForward } from "../../../src/decode/index.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

let model: LanguageModel;
beforeAll(async () => {
  model = await loadModel(await tinyLlama({ tied: false }), { kernels: "reference" });
});
afterAll(() => model.close());

const prompt = [...new TextEncoder().encode("some text")];
const end = 256;
/** The rest of the vocabulary is forbidden, so that all texts can be listed. */
const allowed = [97, 98, 99, end];
const logitBias = Object.fromEntries(
  Array.from({ length: 257 }, (_, token) => [token, allowed.includes(token) ? 0 : -Infinity]),
);

interface Text {
  readonly tokens: number[];
  readonly sum: number;
}

/** Every text of at most `length` tokens, with the log-probability among the allowed tokens; one ends with the end token. */
async function allTexts(length: number, start: Text = { tokens: [], sum: 0 }): Promise<Text[]> {
  if (start.tokens.length === length || start.tokens.at(-1) === end) return [start];
  const logits = await naiveForward(model.loaded, [...prompt, ...start.tokens]);
  const total = Math.log(allowed.reduce((sum, token) => sum + Math.exp(logits[token]), 0));
  const longer = allowed.map((token) =>
    allTexts(length, { tokens: [...start.tokens, token], sum: start.sum + logits[token] - total }),
  );
  return (await Promise.all(longer)).flat();
}

const search = (options: GenerateOptions) => model.generate(prompt, { logitBias, ...options }).result;

describe("beam search", () => {
  it.each([1, 0, 2, -0.5])("with enough beams lists all texts in order, length penalty %d", async (lengthPenalty) => {
    const texts = await allTexts(3);
    expect(texts).toHaveLength(3 ** 3 + 9 + 3 + 1);
    const scores = texts
      .map(({ tokens, sum }) => ({ tokens, score: sum / tokens.length ** lengthPenalty }))
      .sort((a, b) => b.score - a.score);
    const { tokens, alternatives } = await search({ beams: 40, maxTokens: 3, lengthPenalty });
    expect(tokens).toEqual(scores[0].tokens);
    expect(alternatives!.map((text) => text.tokens)).toEqual(scores.map((text) => text.tokens));
    alternatives!.forEach(({ score }, i) => expect(score).toBeCloseTo(scores[i].score, 5));
  });

  it("with few beams finds a text that is no worse than the greedy one, and at least as good with more", async () => {
    const score = async (beams: number) => (await search({ beams, maxTokens: 12 })).alternatives![0].score;
    const greedy = await search({ temperature: 0, maxTokens: 12, logprobs: true });
    const own = await search({ beams: 2, maxTokens: 12, logprobs: true });
    expect(own.tokens.length).toBe(own.logprobs!.length);
    expect(greedy.tokens.length).toBeGreaterThan(0);
    expect(await score(40)).toBeGreaterThanOrEqual(await score(2));
  });

  it("shares the pages of what texts have in common, and computes what a text alone would", async () => {
    // Prompt and answer cross pages of 64 positions; every alternative is scored as if it had been computed alone.
    const long = Array.from({ length: 60 }, (_, i) => allowed[i % 3]);
    const options = { logitBias, beams: 5, maxTokens: 10, lengthPenalty: 0, ignoreEnd: true };
    const { alternatives } = await model.generate(long, options).result;
    expect(alternatives).toHaveLength(5);
    for (const { tokens, score } of alternatives!) {
      const { logprobs } = await model.score([...long, ...tokens]);
      const context = model.createContext();
      const rows = await context.forward([...long, ...tokens]);
      let sum = 0;
      tokens.forEach((token, i) => {
        const row = rows.subarray((59 + i) * 257, (60 + i) * 257);
        sum += row[token] - Math.log(allowed.reduce((total, id) => total + Math.exp(row[id]), 0));
      });
      expect(score).toBeCloseTo(sum, 4);
      expect(logprobs).toHaveLength(70);
      await context.close();
    }
  });

  it("ends texts at stop strings and gives pieces that make up the text", async () => {
    const generation = model.generate(prompt, { logitBias, beams: 3, maxTokens: 8, stop: ["ab", "c"] });
    let text = "";
    const reasons = [];
    for await (const piece of generation) {
      text += piece.text;
      reasons.push(piece.finishReason);
    }
    const result = await generation.result;
    expect(result.text).toBe(text);
    expect(text).not.toMatch(/ab|c/);
    expect(reasons.at(-1)).toBe(result.finishReason);
    expect(reasons.slice(0, -1).every((reason) => reason === undefined)).toBe(true);
  });

  it("can be aborted, and ends at a time limit with what there is", async () => {
    const reason = new Error("enough");
    await expect(search({ beams: 3, maxTokens: 50, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const { tokens, finishReason, stoppedBy } = await search({
      beams: 3,
      maxTokens: 200,
      timeLimit: 0,
      ignoreEnd: true,
    });
    expect({ length: tokens.length, finishReason, stoppedBy }).toEqual({
      length: 1,
      finishReason: "length",
      stoppedBy: "time",
    });
  });

  it.each<[GenerateOptions, string]>([
    [{ beams: 0, maxTokens: 1 }, "beams must be a whole number from 1 to 1000, not 0"],
    [{ beams: 2 }, "a beam search needs maxTokens"],
    [{ beams: 2, maxTokens: 3, topK: 4 }, "topK would count for nothing: a beam search draws nothing"],
    [{ beams: 2, bestOf: 2, maxTokens: 3 }, "beams and bestOf exclude each other"],
    [{ lengthPenalty: 2 }, "lengthPenalty would count for nothing without beams"],
    [
      { beams: 2, maxTokens: 1, logitBias: Object.fromEntries(Array.from({ length: 257 }, (_, i) => [i, -Infinity])) },
      "no text can be generated",
    ],
  ])("refuses %j", async (options, message) => {
    await expect(search(options)).rejects.toThrow(message);
  });
});

describe("best of n", () => {
  it("gives the text of the highest mean log-probability, each drawn with a seed of its own", async () => {
    const options = { maxTokens: 6, temperature: 1.5, seed: 11, ignoreEnd: true };
    const { tokens, text, alternatives, logprobs } = await model.generate(prompt, { ...options, bestOf: 4 }).result;
    expect(logprobs).toBeUndefined();
    const alone = await Promise.all(
      [0, 1, 2, 3].map((i) => model.generate(prompt, { ...options, seed: 11 + i, logprobs: true }).result),
    );
    const means = alone.map(({ logprobs }) => logprobs!.reduce((sum, { logprob }) => sum + logprob!, 0) / 6);
    const best = means.indexOf(Math.max(...means));
    expect({ tokens, text }).toEqual({ tokens: alone[best].tokens, text: alone[best].text });
    expect(alternatives!.map(({ score }) => score)).toEqual([...means].sort((a, b) => b - a));
  });

  it("gives log-probabilities where asked to, and obeys limits", async () => {
    const options = { maxTokens: 5, seed: 1, bestOf: 3, logprobs: 2, ignoreEnd: true };
    const { logprobs, stoppedBy } = await model.generate(prompt, options).result;
    expect(logprobs!.map(({ topLogprobs }) => topLogprobs!.length)).toEqual([2, 2, 2, 2, 2]);
    expect(stoppedBy).toBe("maxTokens");
    const limited = await model.generate(prompt, { ...options, maxTokens: 200, bestOf: 50, timeLimit: 1 }).result;
    expect(limited.alternatives!.length).toBeLessThan(50);
  });
});
