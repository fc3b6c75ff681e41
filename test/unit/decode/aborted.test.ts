import { getEventListeners } from "node:events";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type GenerateOptions, type LanguageModel, loadModel } from "../../../src/index.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";
import { usedMemory } from "../../support/used-memory.ts";
import { withWasmBytes } from "../../support/wasm-memory.ts";

let model: LanguageModel;
let wasmBytes: () => number;
beforeAll(async () => {
  const bytes = await tinyLlama({ tied: false });
  ({ made: model, wasmBytes } = await withWasmBytes(() => loadModel(bytes, { threads: 1 })));
});
afterAll(() => model.close());

const reason = new Error("enough");
const ways: GenerateOptions[] = [
  {},
  { timeLimit: 60_000, stop: ["never", /nev+er/] },
  { mirostat: 2, logprobs: 3, echo: true },
  { bestOf: 3, maxTokens: 5 },
  { beams: 3, maxTokens: 5 },
];

/** One generation that its signal ends: from a timer, or as soon as there is something. */
async function abort(i: number): Promise<void> {
  const controller = new AbortController();
  const options = { seed: i, ignoreEnd: true, signal: controller.signal, ...ways[i % ways.length] };
  const read = async () => {
    if (options.beams !== undefined || options.bestOf !== undefined) setTimeout(() => controller.abort(reason), 0);
    for await (const { fromPrompt } of model.generate("some text", options)) {
      if (fromPrompt !== true) controller.abort(reason);
    }
  };
  // A search may be done before the timer is seen.
  await read().catch((error: unknown) => expect(error).toBe(reason));
  expect(getEventListeners(controller.signal, "abort")).toEqual([]);
}

it("memory stays flat over a thousand aborted generations, of every kind", async () => {
  for (let i = 0; i < 100; i++) await abort(i);
  const [before, wasmBefore] = [await usedMemory(), wasmBytes()];
  for (let i = 0; i < 1000; i++) await abort(i);
  // A kept cache would be 32 KB each: a page of 64 positions of 2 layers · (32 + 32) numbers.
  expect((await usedMemory()) - before).toBeLessThan(1_000_000);
  expect(wasmBefore).toBeGreaterThan(0);
  expect(wasmBytes()).toBe(wasmBefore);
}, 120_000);

it("a signal that outlives its generations is left without listeners", async () => {
  const { signal } = new AbortController();
  for (let i = 0; i < 20; i++) {
    await model.generate("text", { maxTokens: 2, timeLimit: 60_000, signal, ...ways[i % 3] }).result;
  }
  expect(getEventListeners(signal, "abort")).toEqual([]);
});
