import { describe, expect, it } from "vitest";
import { type Sampler, createSampler, tokenLogProbability } from "../../../src/sampling/index.ts";

const logits = Float32Array.of(1, 3, 2, 3, -1);

describe("a sampler", () => {
  it("draws the same tokens from the same seed, and says which it took", () => {
    const tokens = (seed: number | undefined) => {
      const sampler = createSampler({ seed, temperature: 2, topK: 0 });
      return { seed: sampler.seed, tokens: Array.from({ length: 50 }, () => sampler.sample(logits, []).token) };
    };
    const first = tokens(undefined);
    expect(tokens(first.seed)).toEqual(first);
    expect(tokens(first.seed + 1).tokens).not.toEqual(first.tokens);
  });

  it("takes the first of the likeliest at temperature 0, whatever else truncates", () => {
    const sampler = createSampler({ temperature: 0, topK: 1, xtcProbability: 1, typicalP: 0.1 });
    expect(sampler.sample(logits, []).token).toBe(1);
  });

  it("still obeys bias and penalties at temperature 0", () => {
    expect(createSampler({ temperature: 0, logitBias: { 4: 9 } }).sample(logits, []).token).toBe(4);
    expect(createSampler({ temperature: 0, repeatPenalty: 2 }).sample(logits, [1]).token).toBe(3);
  });

  it("gives the model's own log-probability when asked", () => {
    const { token, logprob } = createSampler({ temperature: 0, logprobs: true }).sample(logits, []);
    const sum = [...logits].reduce((total, logit) => total + Math.exp(logit), 0);
    expect(logprob).toBeCloseTo(logits[token] - Math.log(sum), 6);
    expect(logprob).toBe(tokenLogProbability(logits, token));
    expect(createSampler().sample(logits, [])).not.toHaveProperty("logprob");
  });

  it("runs functions of one's own among others", () => {
    const onlyEven: Sampler = ({ ids, logits }) => ({
      ids,
      logits: logits.map((logit, i) => (ids[i] % 2 === 0 ? logit : -Infinity)),
      sorted: false,
    });
    const sampler = createSampler({ seed: 1, samplers: [onlyEven, { top_k: { k: 1 } }] });
    expect(sampler.sample(logits, []).token).toBe(2);
  });

  it.each([[[-Infinity, -Infinity]], [[NaN]], [[]]])("says so when no token is possible: %j", (none) => {
    for (const options of [{}, { temperature: 0 }, { samplers: [] }]) {
      expect(() => createSampler(options).sample(Float32Array.from(none), [])).toThrow("no token can be sampled");
    }
  });

  it.each([
    [{ temperature: -1 }, "temperature must be a number of at least 0, not -1"],
    [{ temperature: NaN }, "temperature must be a number of at least 0, not NaN"],
    [{ topK: 1.5 }, "topK must be a whole number of at least 0, not 1.5"],
    [{ topP: 2 }, "topP must be a number from 0 to 1, not 2"],
    [{ seed: -1 }, "seed must be a whole number"],
    [{ presencePenalty: Infinity }, "presencePenalty must be a number, not Infinity"],
  ])("refuses %j", (options, message) => {
    expect(() => createSampler(options)).toThrow(message);
  });
});
