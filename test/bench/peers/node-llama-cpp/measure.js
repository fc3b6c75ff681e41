/**
 * Measures node-llama-cpp on the processor, with its prebuilt binary, as `ours/measure.js` measures this library.
 * Called as: measure.js TASK MODEL SETTINGS, with the same tasks and settings.
 */
import process from "node:process";
import { getLlama } from "node-llama-cpp";
import { someTokens } from "../../ours/measure.js";

const [task, path, json] = process.argv.slice(2);
const { threads = 1, promptTokens = 256, generateTokens = 64, repetitions = 1 } = JSON.parse(json);
const vocabularySize = JSON.parse(json).vocabularySize;

const beforeLoad = performance.now();
const llama = await getLlama({ gpu: false, build: "never", progressLogs: false, maxThreads: threads });
const model = await llama.loadModel({ modelPath: path });
const loadMs = performance.now() - beforeLoad;
const contextSize = Math.max(promptTokens, generateTokens) + 8;
const context = await model.createContext({ contextSize, batchSize: Math.max(promptTokens, 8), threads });
const sequence = context.getSequence();
const prompt = someTokens(promptTokens, vocabularySize);

/** From a prompt of one token: the time of as many evaluations as tokens are asked for, the first one's token not counted. */
async function decode() {
  await sequence.clearHistory();
  let count = -1;
  let started = 0;
  for await (const token of sequence.evaluate([prompt[0]], { temperature: 0, yieldEogTokens: true })) {
    void token;
    if (++count === 0) started = performance.now();
    if (count === generateTokens) break;
  }
  return generateTokens / ((performance.now() - started) / 1000);
}

async function prefill() {
  await sequence.clearHistory();
  const started = performance.now();
  await sequence.evaluateWithoutGeneratingNewTokens(prompt);
  return promptTokens / ((performance.now() - started) / 1000);
}

if (task === "first-token") {
  for await (const token of sequence.evaluate(prompt, { temperature: 0, yieldEogTokens: true })) {
    console.log(token);
    break;
  }
} else {
  const result = { loadMs, prefill: [], decode: [] };
  for (let i = 0; i <= repetitions; i++) {
    const rates = [await prefill(), await decode()];
    if (i === 0) continue; // the warm-up
    result.prefill.push(rates[0]);
    result.decode.push(rates[1]);
  }
  console.log(JSON.stringify(result));
}
await context.dispose();
await model.dispose();
await llama.dispose();
