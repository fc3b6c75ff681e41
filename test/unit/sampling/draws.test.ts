import { describe, expect, it } from "vitest";
import {
  type SamplerOptions,
  type SamplerSpec,
  applySamplers,
  createRandom,
  createSampler,
} from "../../../src/sampling/index.ts";
import { chiSquareP } from "./chi-square.ts";

const random = createRandom(7);
const logits = Float32Array.from({ length: 40 }, () => 6 * (random() + random() - 1));
const previousTokens = [3, 5, 3, 5, 3];
const draws = 100_000;

const chains: Record<string, SamplerSpec[]> = {
  none: [],
  temperature: [{ temperature: { t: 0.7 } }],
  dynamic_temperature: [{ dynamic_temperature: { t: 1, range: 0.5 } }],
  top_k: [{ top_k: { k: 8 } }],
  top_p: [{ top_p: { p: 0.9 } }],
  min_p: [{ min_p: { p: 0.1 } }],
  typical_p: [{ typical_p: { p: 0.8 } }],
  top_n_sigma: [{ top_n_sigma: { n: 1 } }],
  xtc: [{ xtc: { probability: 1, threshold: 0.05 } }],
  penalties: [{ penalties: { repeat: 1.3, frequency: 0.2, presence: 0.1 } }],
  dry: [{ dry: { multiplier: 1 } }],
  min_tokens: [{ min_tokens: { n: 9, end_tokens: [0, 1, 2, 3] } }],
  bad_words: [{ bad_words: { words: [[7], [5, 3, 8], [3, 3, 9]] } }],
  no_repeat_ngram: [{ no_repeat_ngram: { n: 2 } }],
  logit_bias: [{ logit_bias: { bias: { 3: 2, 4: -1 } } }],
};

function frequencies(options: SamplerOptions): number[] {
  const sampler = createSampler(options);
  const counts = new Array<number>(logits.length).fill(0);
  for (let i = 0; i < draws; i++) counts[sampler.sample(logits, previousTokens).token]++;
  return counts;
}

function probabilitiesAfter(samplers: SamplerSpec[]): number[] {
  const probabilities = new Array<number>(logits.length).fill(0);
  for (const [id, probability] of applySamplers(logits, previousTokens, samplers)) probabilities[id] = probability;
  return probabilities;
}

describe("drawn tokens", () => {
  it.each(Object.entries(chains))("follow the probabilities after %s", (_, samplers) => {
    const probabilities = probabilitiesAfter(samplers);
    const counts = frequencies({ seed: 20261124, samplers });
    expect(counts.filter((count, i) => count > 0 && probabilities[i] === 0)).toEqual([]);
    expect(chiSquareP(counts, probabilities)).toBeGreaterThan(0.001);
  });

  it.each(["mirostat", "mirostat_v2"])("follow the probabilities after %s, while µ stands", (name) => {
    const samplers = [{ [name]: { tau: 2, eta: 0 } }];
    const probabilities = probabilitiesAfter(samplers);
    expect(probabilities.filter((probability) => probability > 0).length).toBeGreaterThan(2);
    expect(chiSquareP(frequencies({ seed: 20261124, samplers }), probabilities)).toBeGreaterThan(0.001);
  });

  it.each(["mirostat", "mirostat_v2"])("are as surprising on average as %s aims at", (name) => {
    const sampler = createSampler({ seed: 3, samplers: [{ [name]: { tau: 2, eta: 0.05 } }] });
    let surprise = 0;
    for (let i = 0; i < 5000; i++) {
      const kept = probabilitiesAfter([{ [name]: { mu: sampler.state[0] } }]);
      surprise -= Math.log2(kept[sampler.sample(logits, previousTokens).token]) / 5000;
    }
    expect(Math.abs(surprise - 2)).toBeLessThan(0.05);
  });

  it("follow the default chain", () => {
    const probabilities = probabilitiesAfter([
      { top_k: { k: 40 } },
      { top_p: { p: 0.95 } },
      { min_p: { p: 0.05 } },
      { temperature: { t: 0.8 } },
    ]);
    expect(chiSquareP(frequencies({ seed: 1 }), probabilities)).toBeGreaterThan(0.001);
  });

  it("are told from those of another distribution", () => {
    const counts = frequencies({ seed: 1, samplers: [{ temperature: { t: 0.75 } }] });
    expect(chiSquareP(counts, probabilitiesAfter([{ temperature: { t: 0.7 } }]))).toBeLessThan(0.001);
  });

  it("apply XTC as often as its probability says", () => {
    const samplers = [{ xtc: { probability: 0.3, threshold: 0.05 } }];
    const without = probabilitiesAfter([]);
    const after = probabilitiesAfter([{ xtc: { probability: 1, threshold: 0.05 } }]);
    const mixed = without.map((probability, i) => 0.7 * probability + 0.3 * after[i]);
    expect(chiSquareP(frequencies({ seed: 5, samplers }), mixed)).toBeGreaterThan(0.001);
  });
});
