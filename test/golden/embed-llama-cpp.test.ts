import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { type LanguageModel, loadModel, tokenLogProbability } from "../../src/index.ts";
import { forcedCase } from "../support/golden-smollm2.ts";
import { record } from "../support/record.ts";
import { hasShared, itShared, smollm2 } from "../support/shared.ts";

/** Made by `embed-llama-cpp/make-cases.ts`, in ten-thousandths. */
interface Cases {
  readonly texts: string[];
  readonly mean: number[][];
  readonly last: number[][];
  readonly cls: number[][];
}

const cases = JSON.parse(readFileSync(join(import.meta.dirname, "embed-llama-cpp/cases.json"), "utf8")) as Cases;

describe("SmolLM2-135M in f32 against llama.cpp on F32", () => {
  let model: LanguageModel | undefined;
  beforeAll(async () => {
    if (hasShared) model = await loadModel(smollm2, { precision: "f32" });
  });
  afterAll(() => model?.close());

  for (const pooling of ["mean", "last", "cls"] as const) {
    itShared(`embeds the same, ${pooling}`, async () => {
      const vectors = await model!.embed(cases.texts, { pooling });
      const cosines = vectors.map((vector, i) => cosine(vector, cases[pooling][i]));
      record(`embed, ${pooling} pooling, against llama.cpp: least cosine`, Math.min(...cosines).toFixed(7), "≥ 0.9999");
      expect(Math.min(...cosines)).toBeGreaterThanOrEqual(0.9999);

      const raw = await model!.embed(cases.texts[0], { pooling, normalize: false });
      const lengths = [raw, cases[pooling][0]].map((vector) => Math.hypot(...vector));
      expect(lengths[0] / (lengths[1] / 1e4)).toBeCloseTo(1, 3);
    });
  }

  itShared("scores the tokens of forced.json the same", async () => {
    const { tokens, ids, logprobs, topk, mean_nll, full_positions, logits } = forcedCase();
    const score = await model!.score(tokens);
    const { vocabularySize } = model!.config;
    const golden = new Map<number, number>();
    for (let t = 0; t + 1 < tokens.length; t++) {
      const place = ids.subarray(t * topk, (t + 1) * topk).indexOf(tokens[t + 1]);
      if (place >= 0) golden.set(t + 1, logprobs[t * topk + place]);
    }
    full_positions.forEach((t, i) => {
      const row = logits.subarray(i * vocabularySize, (i + 1) * vocabularySize);
      if (t + 1 < tokens.length) golden.set(t + 1, tokenLogProbability(row, tokens[t + 1]));
    });
    const difference = Math.max(...[...golden].map(([t, logprob]) => Math.abs(score.logprobs[t]! - logprob)));
    record("score of forced.json, f32: largest difference of a token", difference.toExponential(1), "≤ 0.005");
    expect(golden.size).toBeGreaterThan(400);
    expect(difference).toBeLessThanOrEqual(0.005);
    expect(score.scored).toBe(tokens.length - 1);
    expect(Math.abs(score.mean + mean_nll)).toBeLessThan(1e-4);
  });
});

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>) => {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
    return sum;
  };
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
