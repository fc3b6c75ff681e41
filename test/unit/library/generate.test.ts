import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GenerateOptions, type LanguageModel, type Piece, loadModel, naiveGenerate } from "../../../src/index.ts";
import { generate } from "../../../src/decode/index.ts";
import type { DecodeOptions } from "../../../src/tokenizer/index.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

let model: LanguageModel;
beforeAll(async () => {
  model = await loadModel(await tinyLlama({ tied: false }));
});
afterAll(() => model.close());

const greedy = { temperature: 0, ignoreEnd: true } as const;
const prompt = "one two three";

async function collect(text: string | number[], options: GenerateOptions = {}) {
  const generation = model.generate(text, { ...greedy, ...options });
  const pieces: Piece[] = [];
  for await (const piece of generation) pieces.push(piece);
  return { pieces, result: await generation.result };
}

describe("generate", () => {
  it("gives the tokens that computing without a cache gives", async () => {
    const { result } = await collect(prompt, { maxTokens: 20 });
    expect(result.tokens).toEqual(await naiveGenerate(model.loaded, model.tokenizer.encode(prompt), 20));
    expect(result.promptTokens).toEqual(model.tokenizer.encode(prompt));
    expect(result.timings.prefillTokensPerSecond).toBeGreaterThan(0);
    expect(result.timings.decodeTokensPerSecond).toBeGreaterThan(0);
  });

  it("gives pieces that make up the result", async () => {
    const { pieces, result } = await collect(prompt, { maxTokens: 20 });
    expect(pieces.map(({ token }) => token)).toEqual(result.tokens);
    expect(pieces.map(({ text }) => text).join("")).toBe(result.text);
    expect(result.text).toBe(model.tokenizer.decode(result.tokens));
    expect(pieces.map(({ finishReason }) => finishReason)).toEqual([...Array<undefined>(19), "length"]);
  });

  it("takes tokens for a text", async () => {
    const { result } = await collect([...Buffer.from(prompt)], { maxTokens: 8 });
    expect(result.tokens).toHaveLength(8);
  });

  it("decodes as text that follows a prompt, without control tokens", async () => {
    let options: DecodeOptions | undefined;
    const tokenizer = {
      isEndOfGeneration: () => false,
      createDecoder: (given?: DecodeOptions) => {
        options = given;
        return { push: String, flush: () => "" };
      },
    };
    const { text, tokens } = await generate(model.loaded, tokenizer, [1, 2], { ...greedy, maxTokens: 3 }).result;
    expect(options).toEqual({ special: false, continuation: true });
    expect(text).toBe(tokens.join(""));
  });

  it("draws the same for the same seed", async () => {
    const draw = async (seed: number) => (await collect(prompt, { maxTokens: 20, temperature: 1, seed })).result.tokens;
    expect(await draw(1)).toEqual(await draw(1));
    expect(await draw(1)).not.toEqual(await draw(2));
  });

  it("ends before a stop string, wherever its pieces begin", async () => {
    const { result: whole } = await collect(prompt, { maxTokens: 20 });
    // Characters of several bytes make tokens without text; any part of the text will do.
    const text = whole.text;
    for (const [start, end] of [
      [1, 3],
      [3, 4],
      [4, 8],
    ]) {
      const stop = text.slice(start, end);
      const { pieces, result } = await collect(prompt, { maxTokens: 20, stop: ["never there", stop] });
      expect(result.text).toBe(text.slice(0, text.indexOf(stop)));
      expect(result.finishReason).toBe("stop");
      expect(pieces[pieces.length - 1].finishReason).toBe("stop");
      expect(pieces.length).toBeLessThan(20);
    }
  });

  it("gives text that might have become a stop string when it did not", async () => {
    const { result: whole } = await collect(prompt, { maxTokens: 6 });
    const { result } = await collect(prompt, { maxTokens: 6, stop: [whole.text.slice(-1) + "never there"] });
    expect(result).toMatchObject({ text: whole.text, finishReason: "length" });
  });

  it("ends with a stop token, whose text is not shown", async () => {
    const { result: whole } = await collect(prompt, { maxTokens: 20 });
    const token = whole.tokens[5];
    const first = whole.tokens.indexOf(token);
    const { result } = await collect(prompt, { maxTokens: 20, stopTokens: [token] });
    expect(result.tokens).toEqual(whole.tokens.slice(0, first + 1));
    expect(result.text).toBe(model.tokenizer.decode(whole.tokens.slice(0, first)));
    expect(result.finishReason).toBe("stop");
  });

  it("ends with the model's own end token unless told to go on", async () => {
    const end = model.tokenizer.eos!;
    const options = { maxTokens: 5, logitBias: { [end]: 1000 } };
    const { result } = await collect(prompt, { ...options, ignoreEnd: false });
    expect(result).toMatchObject({ tokens: [end], text: "", finishReason: "stop" });
    expect((await collect(prompt, options)).result.tokens).toHaveLength(5);
  });

  it("gives nothing for maxTokens 0", async () => {
    const { pieces, result } = await collect(prompt, { maxTokens: 0 });
    expect(pieces).toEqual([]);
    expect(result).toMatchObject({ tokens: [], text: "", finishReason: "length" });
  });

  it("gives log-probabilities where asked to", async () => {
    const { pieces } = await collect(prompt, { maxTokens: 4, logprobs: true });
    for (const { logprob } of pieces) expect(logprob).toBeLessThanOrEqual(0);
    const [{ logprob }] = (await collect(prompt, { maxTokens: 1 })).pieces;
    expect(logprob).toBeUndefined();
  });

  it("fills the context and ends", async () => {
    const length = prompt.length + 3;
    const { result } = await collect(prompt, { contextLength: length });
    expect(result.tokens).toHaveLength(3);
    expect(result.finishReason).toBe("length");
  });

  it("refuses a prompt that is empty, too long, or leaves no room", async () => {
    await expect(collect("")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(collect([])).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(collect([257])).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    const contextLength = prompt.length;
    await expect(collect(prompt, { contextLength: contextLength - 1 })).rejects.toMatchObject({ code: "CONTEXT_FULL" });
    await expect(collect(prompt, { contextLength })).rejects.toMatchObject({ code: "CONTEXT_FULL" });
    expect((await collect(prompt, { contextLength, maxTokens: 0 })).pieces).toEqual([]);
  });

  it("refuses options that make no sense", async () => {
    for (const options of [{ maxTokens: -1 }, { maxTokens: NaN }, { temperature: -1 }, { topP: 2 }]) {
      await expect(collect(prompt, options)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
  });

  it("reports an error once, to whoever reads", async () => {
    await expect(model.generate("").result).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});
