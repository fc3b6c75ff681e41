import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GenerateOptions, type LanguageModel, type Piece, loadModel } from "../../../src/index.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

let model: LanguageModel;
beforeAll(async () => {
  model = await loadModel(await tinyLlama({ tied: false }));
});
afterAll(() => model.close());

const prompt = "one two three";
const options = { temperature: 0, ignoreEnd: true, maxTokens: 4 } as const;

async function collect(more: GenerateOptions) {
  const generation = model.generate(prompt, { ...options, ...more });
  const pieces: Piece[] = [];
  for await (const piece of generation) pieces.push(piece);
  return { pieces, result: await generation.result };
}

/** The log-probabilities after the last of some tokens, from the logits. */
async function logSoftmax(tokens: readonly number[]): Promise<number[]> {
  const context = model.createContext();
  const logits = await context.forward(tokens, { outputs: "last" });
  await context.close();
  const largest = Math.max(...logits);
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
  return Array.from(logits, (logit) => logit - largest - total);
}

describe("log-probabilities", () => {
  it("of the chosen and of the likeliest tokens are those of the logits, before any sampler", async () => {
    const { pieces, result } = await collect({ logprobs: 3, logitBias: { 65: 100 } });
    expect(result.tokens).toEqual([65, 65, 65, 65]);
    for (const [i, { token, text, logprob, topLogprobs }] of result.logprobs!.entries()) {
      const all = await logSoftmax([...result.promptTokens, ...result.tokens.slice(0, i)]);
      const order = all.map((_, id) => id).sort((a, b) => all[b] - all[a]);
      expect(logprob).toBeCloseTo(all[token], 5);
      expect(text).toBe("A");
      expect(topLogprobs!.map(({ token }) => token)).toEqual(order.slice(0, 3));
      for (const top of topLogprobs!) expect(top.logprob).toBeCloseTo(all[top.token], 5);
      expect(pieces[i]).toMatchObject({ token, logprob, topLogprobs });
    }
  });

  it("come without alternatives for true and 0, and not at all by default", async () => {
    for (const logprobs of [true, 0]) {
      const { pieces, result } = await collect({ logprobs });
      expect(result.logprobs).toHaveLength(4);
      expect(pieces[0].logprob).toBeLessThan(0);
      expect(pieces[0]).not.toHaveProperty("topLogprobs");
    }
    const { pieces, result } = await collect({});
    expect(pieces[0]).not.toHaveProperty("logprob");
    expect(result).not.toHaveProperty("logprobs");
  });
});

describe("echo", () => {
  it("gives the prompt's tokens first, and its text", async () => {
    const plain = await collect({});
    const { pieces, result } = await collect({ echo: true });
    const own = pieces.filter(({ fromPrompt }) => fromPrompt);
    expect(own.map(({ token }) => token)).toEqual(result.promptTokens);
    expect(own.map(({ text }) => text).join("")).toBe(prompt);
    expect(pieces.slice(own.length)).toEqual(plain.pieces);
    expect(result).toMatchObject({ text: prompt + plain.result.text, tokens: plain.result.tokens });
    expect(result).not.toHaveProperty("promptLogprobs");
  });

  it("with logprobs scores the prompt as `score` does, for a longer one too", async () => {
    const text = `${prompt} and more, so that several parts are needed`;
    const generation = model.generate(text, { ...options, echo: true, logprobs: 2 });
    const { promptLogprobs, logprobs } = await generation.result;
    const { logprobs: expected } = await model.score(text);
    expect(promptLogprobs!.map(({ logprob }) => logprob)).toEqual(expected);
    expect(promptLogprobs![0]).not.toHaveProperty("topLogprobs");
    expect(promptLogprobs!.slice(1).every(({ topLogprobs }) => topLogprobs!.length === 2)).toBe(true);
    expect(logprobs).toHaveLength(4);
    // The answer is that of a prompt that was read at once.
    const { tokens } = await model.generate(text, options).result;
    expect(logprobs!.map(({ token }) => token)).toEqual(tokens);
  });

  it("can score a prompt without an answer, and with beams", async () => {
    const { pieces, result } = await collect({ echo: true, logprobs: true, maxTokens: 0 });
    expect(pieces).toHaveLength(prompt.length);
    expect(result).toMatchObject({ text: prompt, tokens: [], stoppedBy: "maxTokens" });
    const beams = await collect({ echo: true, logprobs: true, beams: 2 });
    expect(beams.result.promptLogprobs).toEqual(result.promptLogprobs);
    expect(beams.result.text.startsWith(prompt)).toBe(true);
  });
});

describe("a stop", () => {
  it("is told in detail", async () => {
    const { result: whole } = await collect({ maxTokens: 12 });
    const by = async (more: GenerateOptions) => {
      const { finishReason, stoppedBy, stopText } = (await collect({ maxTokens: 12, ...more })).result;
      return { finishReason, stoppedBy, stopText };
    };
    const last = whole.text.slice(-1);
    expect(await by({})).toMatchObject({ finishReason: "length", stoppedBy: "maxTokens" });
    expect(await by({ stop: [last] })).toEqual({ finishReason: "stop", stoppedBy: "string", stopText: last });
    expect(await by({ stop: [/[^]/u] })).toMatchObject({ finishReason: "stop", stoppedBy: "pattern" });
    expect(await by({ stopTokens: [whole.tokens[2]] })).toMatchObject({ finishReason: "stop", stoppedBy: "token" });
    const end = { logitBias: { 256: 1000 }, ignoreEnd: false };
    expect(await by(end)).toMatchObject({ finishReason: "stop", stoppedBy: "end" });
    expect(await by({ maxTokens: undefined, contextLength: prompt.length + 2 })).toMatchObject({
      finishReason: "length",
      stoppedBy: "context",
    });
  });

  it("by a time limit ends with the token that is ready next", async () => {
    const { pieces, result } = await collect({ maxTokens: 200, timeLimit: 20 });
    expect(result).toMatchObject({ finishReason: "length", stoppedBy: "time" });
    expect(pieces.at(-1)?.finishReason ?? "length").toBe("length");
    const soon = await collect({ maxTokens: 200, timeLimit: 0 });
    expect(soon.pieces.length).toBeLessThanOrEqual(1);
    expect(soon.result.stoppedBy).toBe("time");
  });

  it("by a time limit is seen within a prompt, and does not hide an abort", async () => {
    const slow = await loadModel(await tinyLlama({ tied: false, contextLength: 512 }), { kernels: "reference" });
    const text = "x".repeat(500);
    const { tokens, stoppedBy } = await slow.generate(text, { ...options, timeLimit: 5 }).result;
    expect({ tokens, stoppedBy }).toEqual({ tokens: [], stoppedBy: "time" });
    const reason = new Error("enough");
    const aborted = slow.generate(text, { ...options, timeLimit: 100_000, signal: AbortSignal.abort(reason) });
    await expect(aborted.result).rejects.toBe(reason);
    const controller = new AbortController();
    const later = slow.generate(text, { ...options, timeLimit: 100_000, signal: controller.signal }).result;
    setTimeout(() => controller.abort(reason), 5);
    await expect(later).rejects.toBe(reason);
    await slow.close();
  });

  it("can't come before the least number of tokens", async () => {
    const options = { logitBias: { 256: 1000 }, ignoreEnd: false, maxTokens: 9 };
    const { result } = await collect({ ...options, minTokens: 3 });
    expect(result.tokens).toHaveLength(4);
    expect(result.tokens.indexOf(256)).toBe(3);
  });
});

describe("bad words", () => {
  it("can be texts", async () => {
    const biased = { logitBias: { 65: 100, 66: 50 } };
    expect((await collect(biased)).result.text).toBe("AAAA");
    expect((await collect({ ...biased, badWords: ["A"] })).result.text).toBe("BBBB");
    expect((await collect({ ...biased, badWords: ["AA", [66, 66]] })).result.text).toBe("ABAB");
  });

  it.each<[GenerateOptions, string]>([
    [{ badWords: [""] }, "badWords can't hold an empty text"],
    [{ minTokens: 9 }, "minTokens (9) is more than maxTokens (4)"],
    [{ timeLimit: -1 }, "timeLimit must be milliseconds, at least 0, not -1"],
    [{ bestOf: 1.5 }, "bestOf must be a whole number from 1 to 1000, not 1.5"],
    [{ stop: [/a$/] }, "a stop pattern can't hold $"],
  ])("and other options are refused where they make no sense: %j", async (more, message) => {
    await expect(collect(more)).rejects.toThrow(message);
  });
});
