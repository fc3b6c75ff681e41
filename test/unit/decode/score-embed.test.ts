import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Context, type LanguageModel, loadModel, tokenLogProbability } from "../../../src/index.ts";
import { equalBits } from "../../laws/bits.ts";
import { property } from "../../support/property.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

const settings = [
  { format: "F32", precision: "f32", kernels: "wasm", runs: 15 },
  { format: "Q4_0", precision: "int8", kernels: "wasm", runs: 15 },
  { format: "Q4_0", precision: "int8", kernels: "reference", runs: 6 },
] as const;

/** Lists of texts, some of them longer than a pass of the kernels. */
const texts = fc.array(fc.array(fc.nat(256), { minLength: 1, maxLength: 90 }), { minLength: 1, maxLength: 8 });

describe.each(settings)("a random LLaMA in $format, $precision, $kernels", ({ format, precision, kernels, runs }) => {
  let model: LanguageModel;
  beforeAll(async () => {
    model = await loadModel(await tinyLlama({ format }), { precision, kernels, threads: kernels === "wasm" ? 2 : 1 });
  });
  afterAll(() => model.close());

  it.each(["mean", "last", "cls"] as const)("embeds a text among others as alone, %s", async (pooling) => {
    await property(
      texts,
      async (list) => {
        const together = await model.embed(list, { pooling });
        for (const [i, tokens] of list.entries()) {
          if (!equalBits(together[i], await model.embed(tokens, { pooling }))) return false;
        }
        return true;
      },
      { runs },
    );
  });

  it("embeds the hidden state that the logits are computed from", async () => {
    const tokens = [7, 201, 33, 33, 90];
    const rows: Float32Array[] = [];
    const taps = { "output.input": ({ data }: { data: Float32Array }) => void rows.push(data) };
    const context = model.createContext();
    await context.forward(tokens, { taps });
    await context.close();
    const { width } = model.config;
    const hidden = rows.flatMap((data) =>
      Array.from({ length: data.length / width }, (_, i) => data.subarray(i * width, (i + 1) * width)),
    );
    const raw = { normalize: false };
    expect(equalBits(await model.embed(tokens, { pooling: "last", ...raw }), hidden[4])).toBe(true);
    expect(equalBits(await model.embed(tokens, { pooling: "cls", ...raw }), hidden[0])).toBe(true);
    const mean = Float32Array.from(hidden[0], (_, i) => hidden.reduce((sum, row) => sum + row[i], 0) / 5);
    expect(equalBits(await model.embed(tokens, raw), mean)).toBe(true);
    const normal = await model.embed(tokens);
    expect(Math.hypot(...normal)).toBeCloseTo(1, 6);
    expect(normal[3] / mean[3]).toBeCloseTo(1 / Math.hypot(...mean), 5);
  });

  it("scores a text among others as alone, and as the logits say", async () => {
    await property(
      texts,
      async (list) => {
        const together = await model.score(list, { window: 50 });
        for (const [i, tokens] of list.entries()) {
          const alone = await model.score(tokens, { window: 50 });
          expect(together[i]).toEqual(alone);
          if (i === 0) expect(alone.logprobs).toEqual(await logprobsOf(tokens, 50));
        }
      },
      { runs },
    );
  });

  /** The definition, a window at a time. */
  async function logprobsOf(tokens: number[], window: number): Promise<(number | null)[]> {
    const found: (number | null)[] = [];
    for (let start = 0; start < tokens.length; start += window) {
      const part = tokens.slice(start, start + window);
      const context = new Context(model.loaded);
      const logits = await context.forward(part);
      await context.close();
      part.forEach((token, i) => {
        const row = logits.subarray((i - 1) * 257, i * 257);
        found.push(i === 0 ? null : tokenLogProbability(row, token));
      });
    }
    return found;
  }
});

describe("score and embed", () => {
  let model: LanguageModel;
  beforeAll(async () => {
    model = await loadModel(await tinyLlama(), { kernels: "reference" });
  });
  afterAll(() => model.close());
  const refused = { code: "INVALID_ARGUMENT" };

  it("take a text, tokens, or a list of either", async () => {
    const one = await model.score("abc");
    expect(one).toEqual(await model.score([...Buffer.from("abc")]));
    expect(await model.score(["abc", [97, 98, 99]])).toEqual([one, one]);
    expect(await model.embed(["abc", [97, 98, 99]])).toEqual([await model.embed("abc"), await model.embed("abc")]);
    expect(await model.score([])).toEqual([]);
    expect(await model.embed([])).toEqual([]);
  });

  it("add up", async () => {
    const { logprobs, scored, total, mean, perplexity } = await model.score("abcdef");
    expect(logprobs[0]).toBe(null);
    expect(scored).toBe(5);
    expect(total).toBeCloseTo(
      logprobs.slice(1).reduce<number>((sum, x) => sum + x!, 0),
      10,
    );
    expect(mean).toBe(total / 5);
    expect(perplexity).toBeCloseTo(Math.exp(-mean), 8);
  });

  it("score nothing where there is nothing", async () => {
    const [empty, single, two] = await model.score(["", "a", "ab"]);
    expect(empty).toEqual({ tokens: [], logprobs: [], scored: 0, total: 0, mean: NaN, perplexity: NaN });
    expect(single).toMatchObject({ logprobs: [null], scored: 0, mean: NaN });
    expect(two.scored).toBe(1);
  });

  it("refuse what they can't do, and say which text", async () => {
    await expect(model.score("abc", { window: 1 })).rejects.toMatchObject(refused);
    await expect(model.score([[1], [2, 999]])).rejects.toThrow(
      "token 999 of text 1 is not in the vocabulary, 0 to 256",
    );
    await expect(model.embed(["a", ""])).rejects.toThrow("text 1 has no tokens");
    await expect(model.embed("a", { pooling: "max" as "mean" })).rejects.toMatchObject(refused);
    const long = new Array<number>(257).fill(1);
    await expect(model.embed([[1], long])).rejects.toMatchObject({ code: "CONTEXT_FULL" });
  });

  it("tell how far they are, and end when aborted", async () => {
    const done: number[] = [];
    const onProgress = ({ tokens }: { tokens: number }) => void done.push(tokens);
    await model.score(["abcdefghij", "klm"], { onProgress });
    await model.embed(["abcdefghij", "klm"], { onProgress });
    expect(done).toEqual([8, 13, 8, 13]);
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await expect(model.score("abc", { signal })).rejects.toBe(reason);
    await expect(model.embed("abc", { signal })).rejects.toBe(reason);
  });
});
