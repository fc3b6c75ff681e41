/** What SmolLM2's generations cost beside the model: samplers, and being given up. */
import { expect } from "vitest";
import { createSampler, loadModel } from "../../src/index.ts";
import { quantile } from "../support/constrained-documents.ts";
import { record } from "../support/record.ts";
import { itShared, smollm2 } from "../support/shared.ts";
import { usedMemory } from "../support/used-memory.ts";
import { withWasmBytes } from "../support/wasm-memory.ts";

const reason = new Error("enough");

for (const threads of [1, 2]) {
  const on = `SmolLM2, ${threads} ${threads === 1 ? "thread" : "threads"}`;

  itShared(`memory of a thousand aborted generations, ${on}`, async () => {
    const { made: model, wasmBytes } = await withWasmBytes(() => loadModel(smollm2, { threads }));
    try {
      const prompts = ["Once upon a time", "The sea is ".repeat(10), "A"];
      const abort = async (time: number) => {
        // All ways come within the first hundred, so that what constraints and tokenizer keep is there.
        const i = time % 60;
        const controller = new AbortController();
        const { signal } = controller;
        // In the prompt, or after a token or two.
        if (i % 4 === 3) setTimeout(() => controller.abort(reason), i % 10);
        const options = { seed: i, ignoreEnd: true, signal, ...(i % 5 === 4 && { jsonSchema: { maxLength: 1000 } }) };
        let count = 0;
        const read = async () => {
          for await (const { finishReason } of model.generate(prompts[i % prompts.length], options)) {
            if (finishReason === undefined && ++count > i % 2) controller.abort(reason);
          }
        };
        // `rejects` would keep something of each.
        await read().catch((error: unknown) => {
          if (error !== reason) throw error;
        });
      };
      for (let i = 0; i < 100; i++) await abort(i);
      const [heap, wasm] = [await usedMemory(), wasmBytes()];
      for (let i = 0; i < 1000; i++) await abort(i);
      const [moreHeap, moreWasm] = [(await usedMemory()) - heap, wasmBytes() - wasm];
      record(`${on}: WebAssembly memory after 100 aborted generations, MB`, Math.round(wasm / 1e6));
      record(`${on}: bytes of WebAssembly memory more after 1,000 others`, moreWasm, 0);
      record(`${on}: KB of other memory more after 1,000 others`, Math.round(moreHeap / 1000), 1000);
      expect(wasm).toBeGreaterThan(80_000_000);
      expect(moreWasm).toBe(0);
      expect(moreHeap).toBeLessThan(1_000_000);
    } finally {
      await model.close();
    }
  });

  itShared(`an abort within a prompt, ${on}`, async () => {
    const model = await loadModel(smollm2, { threads });
    try {
      const prompt = "One day the sea was very calm and the boats lay still. ".repeat(120);
      const waits: number[] = [];
      // From a checkout, a thread takes its time to come up.
      await model.generate("A", { maxTokens: 2 }).result;
      for (let i = 0; i < 12; i++) {
        const controller = new AbortController();
        let aborted = 0;
        setTimeout(
          () => {
            aborted = performance.now();
            controller.abort(reason);
          },
          50 + 60 * i,
        );
        await expect(model.generate(prompt, { signal: controller.signal, maxTokens: 1 }).result).rejects.toBe(reason);
        waits.push(performance.now() - aborted);
      }
      const slowest = Math.round(Math.max(...waits));
      record(`${on}: ms from a signal to the end of a prompt, the slowest of ${waits.length}`, slowest, 200);
      expect(slowest).toBeLessThanOrEqual(200);
    } finally {
      await model.close();
    }
  });
}

itShared("the sampling chain at its default settings, beside a decode step of SmolLM2", async () => {
  const model = await loadModel(smollm2, { threads: 1 });
  try {
    const context = model.createContext();
    const sampler = createSampler({ seed: 1 });
    const history = [...model.tokenizer.encode("Once upon a time")];
    let logits = await context.forward(history, { outputs: "last" });
    const [steps, samplings]: [number[], number[]] = [[], []];
    for (let i = 0; i < 200; i++) {
      const started = performance.now();
      const { token } = sampler.sample(logits, history);
      const sampled = performance.now();
      history.push(token);
      logits = await context.forward([token], { outputs: "last" });
      samplings.push(sampled - started);
      steps.push(performance.now() - sampled);
    }
    const share = quantile(samplings.slice(20), 0.5) / quantile(steps.slice(20), 0.5);
    record("SmolLM2, 1 thread: the sampling chain at its default settings, of a decode step, medians", share, 0.05);
    expect(share).toBeLessThanOrEqual(0.05);
  } finally {
    await model.close();
  }
});
