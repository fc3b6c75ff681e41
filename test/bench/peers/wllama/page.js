/** What runs in the page: wllama and this library, measured alike. Bundled by esbuild. */
import { Wllama } from "@wllama/wllama";
import { loadModel } from "../../../../src/index.ts";
import { someTokens, speed } from "../../ours/measure.js";

const nothing = () => undefined;
const logger = { debug: nothing, log: nothing, warn: nothing, error: nothing };

/** Words that are a token each with the space before them. wllama takes text only. */
const words =
  " time people way water day man thing woman life child world school state family student group country".split(
    /(?= )/,
  );

/** Tokens per second as wllama itself reports them (llama-server's timings), after a short run that doesn't count. */
async function wllama(blob, { threads, promptTokens, generateTokens, repetitions }) {
  const engine = new Wllama({ default: "/wllama.wasm" }, { logger, suppressNativeLog: true });
  const context = { n_ctx: promptTokens + generateTokens + 8, n_batch: promptTokens, n_ubatch: promptTokens };
  await engine.loadModel([blob], { ...context, n_threads: threads, n_gpu_layers: 0, seed: 1 });
  const result = { prefill: [], decode: [], threads: engine.isMultithread() ? engine.getNumThreads() : 1 };
  const complete = async (promptCount, count, seed) => {
    const prompt = someTokens(promptCount, words.length, seed).map((word) => words[word]);
    const settings = { temperature: 0, ignore_eos: true, cache_prompt: false };
    const { timings } = await engine.createCompletion({ prompt: prompt.join(""), max_tokens: count, ...settings });
    if (timings.prompt_n !== promptCount || timings.predicted_n !== count)
      throw new Error(`wllama evaluated ${timings.prompt_n} + ${timings.predicted_n} tokens`);
    return timings;
  };
  // It has nothing to warm up but its pages and the browser's compiler, so less than a whole run will do.
  await complete(Math.min(promptTokens, 16), Math.min(generateTokens, 4), 1);
  for (let i = 0; i < repetitions; i++) {
    const timings = await complete(promptTokens, generateTokens, i + 2);
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
