/**
 * What a user might write, in plain JavaScript, on any runtime: samples texts with fixed seeds by every sampler, on 1 and on
 * 4 threads, and prints them as JSON. Called as: seeded-script.js MODEL COUNT
 */
import process from "node:process";
import { loadModel } from "pellucid";

const [path, count] = process.argv.slice(2);
const settings = {
  default: {},
  plain: { temperature: 1, topK: 0, topP: 1, minP: 0 },
  json: { temperature: 1, jsonSchema: { type: "array", items: { type: "number" } } },
  hot: { temperature: 1.5, topK: 0, topP: 1, minP: 0, seed: 2 ** 40 + 7 },
  penalties: { repeatPenalty: 1.2, frequencyPenalty: 0.1, presencePenalty: 0.1, dryMultiplier: 0.8, noRepeatNgram: 3 },
  truncated: { typicalP: 0.9, topNSigma: 2, xtcProbability: 0.5, xtcThreshold: 0.05, dynamicTemperatureRange: 0.5 },
  mirostat: { mirostat: 1, mirostatTau: 3 },
  mirostat2: { mirostat: 2, mirostatTau: 3 },
  best: { bestOf: 2 },
  beams: { beams: 3 },
};

const texts = {};
for (const threads of [1, 4]) {
  const model = await loadModel(path, { threads });
  for (const [name, options] of Object.entries(settings)) {
    const generation = model.generate("Once upon a time", {
      seed: 7,
      maxTokens: Number(count),
      logprobs: 1,
      ...options,
    });
    const { text, tokens, logprobs } = await generation.result;
    (texts[name] ??= []).push({ text, tokens, logprobs });
  }
  await model.close();
}
console.log(JSON.stringify(texts));
