import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LanguageModel, loadModel } from "../../../src/index.ts";
import { itShared, smollm2 } from "../../support/shared.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";
import { usedMemory } from "../../support/used-memory.ts";

let model: LanguageModel;
beforeAll(async () => {
  model = await loadModel(await tinyLlama({ tied: false, contextLength: 512 }), { kernels: "reference" });
});
afterAll(() => model.close());

const options = { temperature: 0, ignoreEnd: true } as const;
const reason = new Error("enough");

describe("an abort", () => {
  it("that came before ends a generation before anything is computed", async () => {
    let computed = 0;
    const taps = { embedding: () => (computed += 1) };
    const generation = model.generate("text", { ...options, signal: AbortSignal.abort(reason), taps });
    await expect(generation.result).rejects.toBe(reason);
    expect(computed).toBe(0);
  });

  it("ends a prompt after the chunk that is being computed", async () => {
    const controller = new AbortController();
    let chunks = 0;
    const taps = {
      logits: () => {
        if (++chunks === 2) controller.abort(reason);
      },
    };
    const generation = model.generate("x".repeat(400), { ...options, signal: controller.signal, taps });
    await expect(generation.result).rejects.toBe(reason);
    expect(chunks).toBe(2);
  });

  it("by a timer is seen within a prompt", async () => {
    const signal = AbortSignal.timeout(5);
    let chunks = 0;
    const taps = { embedding: () => (chunks += 1) };
    const generation = model.generate("x".repeat(500), { ...options, signal, taps });
    await expect(generation.result).rejects.toMatchObject({ name: "TimeoutError" });
    expect(chunks).toBeLessThan(Math.ceil(500 / 8));
  });

  it("ends an answer within one token", async () => {
    const controller = new AbortController();
    const tokens: number[] = [];
    let computed = 0;
    const taps = { embedding: () => (computed += 1) };
    const read = async () => {
      for await (const { token } of model.generate("text", { ...options, signal: controller.signal, taps })) {
        tokens.push(token);
        if (tokens.length === 5) controller.abort(reason);
      }
    };
    await expect(read()).rejects.toBe(reason);
    expect(tokens).toHaveLength(5);
    expect(computed).toBe(5); // the prompt, and four tokens after the first
  });

  it("by a timer ends an answer, since the event loop turns between tokens", async () => {
    const started = performance.now();
    const generation = model.generate("text", { ...options, signal: AbortSignal.timeout(20) });
    await expect(generation.result).rejects.toMatchObject({ name: "TimeoutError" });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it("is seen by a conversation and by a context", async () => {
    const context = model.createContext();
    await expect(context.forward([1], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    // Nothing was added, and the context can be used.
    expect(context.length).toBe(0);
    await context.forward([1]);
    const chat = model.chat([{ role: "user", content: "x" }], { template: "x", signal: AbortSignal.abort(reason) });
    await expect(chat.result).rejects.toBe(reason);
  });

  it("in a prompt leaves a context with the chunks that were finished", async () => {
    const controller = new AbortController();
    const context = model.createContext();
    const tokens = Array.from({ length: 10 }, (_, i) => i);
    const taps = { embedding: () => context.length === 4 && controller.abort(reason) };
    await expect(context.forward(tokens, { chunk: 2, signal: controller.signal, taps })).rejects.toBe(reason);
    expect(context.length).toBe(6);
    const rest = await context.forward(tokens.slice(6), { outputs: "last" });
    const whole = await model.createContext().forward(tokens, { outputs: "last" });
    expect(rest).toEqual(whole);
  });
});

describe("an abort within a chunk of the fast kernels", () => {
  for (const threads of [1, 2]) {
    itShared(
      `leaves a context that can go on, threads: ${threads}`,
      async () => {
        const real = await loadModel(smollm2, { threads });
        try {
          const tokens = real.tokenizer.encode("The sea was calm and the boats lay still. ".repeat(30)).slice(0, 200);
          const whole = await real.createContext().forward(tokens, { outputs: "last" });
          const context = real.createContext();
          let aborted = 0;
          for (let i = 0; context.length < tokens.length; i++) {
            const { length } = context;
            const signal = AbortSignal.timeout(60 + 20 * i);
            const rest = context.forward(tokens.slice(length), { outputs: "last", signal });
            const result = await rest.catch((error: unknown) => expect(error).toBe(signal.reason));
            if (result instanceof Float32Array) expect(result).toEqual(whole);
            else aborted++;
            expect(context.length % 64 === 0 || context.length === tokens.length).toBe(true);
          }
          expect(aborted).toBeGreaterThan(0);
        } finally {
          await real.close();
        }
      },
      120_000,
    );
  }
});

describe("the event loop", () => {
  it("turns between tokens", async () => {
    let turns = 0;
    let running = true;
    const turn = () => {
      turns++;
      if (running) setImmediate(turn);
    };
    setImmediate(turn);
    await model.generate("text", { ...options, maxTokens: 30 }).result;
    running = false;
    expect(turns).toBeGreaterThanOrEqual(29);
  });
});

describe("memory", () => {
  it("stays flat over a hundred generations that are aborted or left", async () => {
    // A cache of this model takes a page of 64 positions: 2 layers · (32 + 32) numbers · 4 bytes · 64.
    const start = async (i: number) => {
      const controller = new AbortController();
      const generation = model.generate("some text", { ...options, signal: controller.signal });
      for await (const { finishReason } of generation) {
        expect(finishReason).toBeUndefined();
        if (i % 2 === 0) break;
        controller.abort(reason);
      }
    };
    const run = (i: number) => start(i).catch((error: unknown) => expect(error).toBe(reason));
    for (let i = 0; i < 20; i++) await run(i);
    const before = await usedMemory();
    for (let i = 0; i < 100; i++) await run(i);
    // Kept caches would be 3.2 MB.
    expect((await usedMemory()) - before).toBeLessThan(1_000_000);
  });
});
