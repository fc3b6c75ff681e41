/** What runs in the page: wllama and this library, measured alike. Bundled by esbuild. */
import { Wllama } from "@wllama/wllama";
import { loadModel } from "../../../../src/index.ts";
import { someTokens, speed } from "../../ours/measure.js";

const nothing = () => undefined;
const logger = { debug: nothing, log: nothing, warn: nothing, error: nothing };

/** Tokens per second as wllama itself reports them (llama-server's timings), after one run that doesn't count. */
async function wllama(blob, { threads, promptTokens, generateTokens, repetitions, vocabularySize }) {
  const engine = new Wllama({ default: "/wllama.wasm" }, { logger, suppressNativeLog: true });
  const context = { n_ctx: promptTokens + generateTokens + 8, n_batch: promptTokens, n_ubatch: promptTokens };
  await engine.loadModel([blob], { ...context, n_threads: threads, n_gpu_layers: 0, seed: 1 });
  const result = { prefill: [], decode: [], threads: engine.isMultithread() ? engine.getNumThreads() : 1 };
  for (let i = 0; i <= repetitions; i++) {
    const { timings } = await engine.createCompletion({
      prompt: someTokens(promptTokens, vocabularySize, i + 1),
      max_tokens: generateTokens,
      temperature: 0,
      ignore_eos: true,
      cache_prompt: false,
    });
    if (timings.prompt_n !== promptTokens || timings.predicted_n !== generateTokens)
      throw new Error(`wllama evaluated ${timings.prompt_n} + ${timings.predicted_n} tokens`);
    if (i === 0) continue;
    result.prefill.push(timings.prompt_per_second);
    result.decode.push(timings.predicted_per_second);
  }
  await engine.exit();
  return result;
}

globalThis.measure = async (engine, settings) => {
  if (!globalThis.crossOriginIsolated) throw new Error("the page is not cross-origin isolated");
  const blob = await (await fetch("/model.gguf")).blob();
  if (engine === "wllama") return wllama(blob, settings);
  // Chosen tokens are fed back as wllama does.
  return speed(loadModel, blob, { ...settings, greedy: true });
};
