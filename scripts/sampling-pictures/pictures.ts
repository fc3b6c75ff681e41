import type { LanguageModel } from "../../src/index.ts";
import { type SamplerSpec, applySamplers, createSampler } from "../../src/sampling/index.ts";
import { type Bar, bars, lines } from "./charts.ts";

/** The samplers that are drawn, by the name of the picture. */
const samplers: Readonly<Record<string, { title: string; spec: SamplerSpec }>> = {
  "temperature-low": { title: "temperature 0.5", spec: { temperature: { t: 0.5 } } },
  "temperature-high": { title: "temperature 1.8", spec: { temperature: { t: 1.8 } } },
  "dynamic-temperature": {
    title: "dynamic temperature, 1 ± 0.8",
    spec: { dynamic_temperature: { t: 1, range: 0.8 } },
  },
  "top-k": { title: "top-k, k = 5", spec: { top_k: { k: 5 } } },
  "top-p": { title: "top-p, p = 0.6", spec: { top_p: { p: 0.6 } } },
  "min-p": { title: "min-p, p = 0.2", spec: { min_p: { p: 0.2 } } },
  typical: { title: "typical, p = 0.8", spec: { typical_p: { p: 0.8 } } },
  "top-n-sigma": { title: "top-nσ, n = 4.5", spec: { top_n_sigma: { n: 4.5 } } },
  xtc: { title: "XTC, probability 1, threshold 0.05", spec: { xtc: { probability: 1, threshold: 0.05 } } },
  penalties: { title: "repeat penalty 1.3", spec: { penalties: { repeat: 1.3 } } },
  dry: { title: "DRY, multiplier 0.8", spec: { dry: { multiplier: 0.8 } } },
  "no-repeat-ngram": { title: "no 3-gram twice", spec: { no_repeat_ngram: { n: 3 } } },
  mirostat: { title: "mirostat 2, µ = 4", spec: { mirostat_v2: { mu: 4 } } },
};

/** Texts whose continuation is drawn; the second repeats itself, for the samplers that look back. */
const prompt = "In the garden I saw a small";
const repeating = "I like cats and dogs. You like cats and";
const lookBack = new Set(["penalties", "dry", "no-repeat-ngram"]);

const shown = 16;

/** Every picture, as SVG, by name. */
export async function drawPictures(model: LanguageModel): Promise<Map<string, string>> {
  const pictures = new Map<string, string>();
  const texts = new Map<string, { tokens: number[]; logits: Float32Array }>();
  for (const text of [prompt, repeating]) {
    const tokens = model.tokenizer.encode(text);
    const context = model.createContext({ contextLength: tokens.length });
    texts.set(text, { tokens, logits: await context.forward(tokens, { outputs: "last" }) });
    await context.close();
  }
  const plain = (text: string): Bar[] => barsOf(model, texts.get(text)!, undefined);
  pictures.set("logits", await bars(`after “${prompt}”`, plain(prompt)));
  for (const [name, { title, spec }] of Object.entries(samplers)) {
    const text = lookBack.has(name) ? repeating : prompt;
    pictures.set(name, await bars(`${title}, after “${text}”`, barsOf(model, texts.get(text)!, spec)));
  }
  pictures.set("mirostat-surprise", await lines("surprise of the last 20 tokens, bits", await surprises(model)));
  return pictures;
}

/** The likeliest tokens, with their probability before and after a sampler. */
function barsOf(
  model: LanguageModel,
  { tokens, logits }: { tokens: number[]; logits: Float32Array },
  spec: SamplerSpec | undefined,
): Bar[] {
  const before = applySamplers(logits, tokens, []).slice(0, shown);
  const after = new Map(spec === undefined ? [] : applySamplers(logits, tokens, [spec]));
  return before.map(([id, probability]) => ({
    label: model.tokenizer.decode([id]).replaceAll(" ", "·").replaceAll("\n", "↵"),
    before: probability,
    ...(spec !== undefined && { after: after.get(id) ?? 0 }),
  }));
}

/** How surprising drawn tokens were, averaged over the last twenty: with mirostat, and with temperature only. */
async function surprises(model: LanguageModel): Promise<Record<string, number[]>> {
  const found: Record<string, number[]> = {};
  for (const [name, options] of Object.entries({
    "temperature 1": { temperature: 1, topK: 0, topP: 1, minP: 0 },
    "mirostat 2, τ = 3": { temperature: 1, mirostat: 2, mirostatTau: 3 },
  } as const)) {
    const tokens = model.tokenizer.encode(prompt);
    const sampler = createSampler({ ...options, seed: 4, logprobs: true });
    const context = model.createContext();
    let logits = await context.forward(tokens, { outputs: "last" });
    const bits: number[] = [];
    while (bits.length < 150) {
      const { token, logprob = 0 } = sampler.sample(logits, tokens);
      bits.push(-logprob / Math.LN2);
      tokens.push(token);
      logits = await context.forward([token], { outputs: "last" });
    }
    await context.close();
    found[name] = bits.slice(19).map((_, i) => bits.slice(i, i + 20).reduce((sum, value) => sum + value) / 20);
  }
  return found;
}
