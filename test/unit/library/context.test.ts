import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Context, type LanguageModel, loadModel } from "../../../src/index.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

let model: LanguageModel;
beforeAll(async () => {
  model = await loadModel(await tinyLlama({ contextLength: 200 }));
});
afterAll(() => model.close());

const tokens = Array.from({ length: 150 }, (_, i) => (i * 37) % 257);
const vocabularySize = 257;

describe("a context", () => {
  it("gives a row of logits per token, or only the last", async () => {
    const all = await model.createContext().forward(tokens);
    expect(all).toHaveLength(tokens.length * vocabularySize);
    const last = await model.createContext().forward(tokens, { outputs: "last" });
    expect(last).toEqual(all.slice(-vocabularySize));
    const chunked = await model.createContext().forward(Int32Array.from(tokens), { chunk: 3 });
    expect(chunked).toEqual(all);
  });

  it("knows its length and the size of its cache", async () => {
    const context = model.createContext();
    expect([context.length, context.contextLength, context.cacheBytes]).toEqual([0, 200, 0]);
    await context.forward(tokens.slice(0, 64));
    const page = 64 * 2 * 2 * 32 * 4; // positions · layers · (key, value) · numbers · bytes
    expect([context.length, context.cacheBytes]).toEqual([64, page]);
    await context.forward([1]);
    expect([context.length, context.cacheBytes]).toEqual([65, 2 * page]);
  });

  it("forgets what is truncated, and everything when cleared", async () => {
    const context = model.createContext();
    const first = await context.forward(tokens);
    context.truncate(70);
    expect(context.length).toBe(70);
    const again = await context.forward(tokens.slice(70));
    expect(again).toEqual(first.slice(70 * vocabularySize));
    const bytes = context.cacheBytes;
    context.truncate(1000); // nothing to forget
    expect(context.length).toBe(150);
    context.clear();
    expect(context.length).toBe(0);
    expect(await context.forward(tokens)).toEqual(first);
    expect(context.cacheBytes).toBe(bytes); // the pages are used again
  });

  // Several threads wait for each other, and let it turn for that.
  it("lets the event loop turn between many short calls of one thread", async () => {
    const alone = await loadModel(await tinyLlama({ contextLength: 200 }), { threads: 1 });
    const context = alone.createContext();
    const turns: string[] = [];
    setTimeout(() => turns.push("a timer"), 1);
    const end = performance.now() + 2000;
    while (turns.length === 0 && performance.now() < end) {
      context.clear();
      await context.forward([1]);
    }
    await alone.close();
    expect(turns).toEqual(["a timer"]);
  });

  it("adds nothing where not all fits", async () => {
    const context = model.createContext({ contextLength: 20 });
    await context.forward(tokens.slice(0, 15));
    await expect(context.forward(tokens.slice(0, 6))).rejects.toMatchObject({
      name: "ContextFullError",
      message: "6 more tokens don't fit: the context has 15 of 20",
    });
    expect(context.length).toBe(15);
    await context.forward(tokens.slice(0, 5));
    expect(context.length).toBe(20);
  });

  it("refuses tokens that are none, and options that make no sense", async () => {
    const context = model.createContext();
    const refused = { code: "INVALID_ARGUMENT" };
    for (const wrong of [[], [-1], [257], [0.5], [NaN]]) {
      await expect(context.forward(wrong)).rejects.toMatchObject(refused);
    }
    for (const chunk of [0, -1, 0.5, NaN]) await expect(context.forward([1], { chunk })).rejects.toMatchObject(refused);
    for (const length of [-1, 0.5, NaN])
      expect(() => context.truncate(length)).toThrow(expect.objectContaining(refused));
    for (const contextLength of [0, -1, 1.5, NaN]) {
      expect(() => model.createContext({ contextLength })).toThrow(expect.objectContaining(refused));
    }
  });

  it("refuses a second call before the first ended, and is fine afterwards", async () => {
    const context = model.createContext();
    const first = context.forward(tokens);
    await expect(context.forward([1])).rejects.toThrow("still computing");
    expect(() => context.clear()).toThrow("still computing");
    await first;
    expect(context.length).toBe(tokens.length);
    await context.forward([1]);
  });

  it("gives its memory back when closed, by name or by `await using`, and is of no use then", async () => {
    for (const close of ["close", Symbol.asyncDispose] as const) {
      const context = model.createContext();
      await context.forward([1]);
      await context[close]();
      await context.close();
      expect(context.cacheBytes).toBe(0);
      await expect(context.forward([1])).rejects.toMatchObject({ message: "the context is closed" });
    }
  });

  it("doesn't see other contexts", async () => {
    const [a, b] = [model.createContext(), new Context(model.loaded)];
    await a.forward(tokens.slice(0, 10));
    const other = await b.forward(tokens.slice(10, 20));
    expect(other).toEqual(await model.createContext().forward(tokens.slice(10, 20)));
  });
});
