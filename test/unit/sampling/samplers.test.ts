import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Sampler,
  type SamplerSpec,
  applySamplers,
  candidatesOf,
  createRandom,
  runChain,
  samplerOf,
} from "../../../src/sampling/index.ts";
import { property } from "../../support/property.ts";

const value = fc.float({ min: -50, max: 50, noNaN: true });
const logits = fc.array(value, { minLength: 1, maxLength: 60 });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const minKeep = fc.integer({ min: 1, max: 5 });

const anySampler: fc.Arbitrary<SamplerSpec> = fc.oneof(
  fc.record({ top_k: fc.record({ k: fc.integer({ min: -1, max: 80 }) }) }),
  fc.record({ top_p: fc.record({ p: share, min_keep: minKeep }) }),
  fc.record({ min_p: fc.record({ p: share, min_keep: minKeep }) }),
  fc.record({ typical_p: fc.record({ p: share, min_keep: minKeep }) }),
  fc.record({ top_n_sigma: fc.record({ n: fc.double({ min: 0, max: 3, noNaN: true }) }) }),
  fc.record({ xtc: fc.record({ probability: share, threshold: share, min_keep: minKeep }) }),
  fc.record({ temperature: fc.record({ t: fc.double({ min: 0, max: 3, noNaN: true }) }) }),
  fc.record({ dynamic_temperature: fc.record({ t: share, range: share, exponent: share }) }),
  fc.record({
    penalties: fc.record({ last_n: fc.integer({ min: -1, max: 9 }), repeat: fc.constantFrom(1, 1.3), presence: share }),
  }),
  fc.record({ dry: fc.record({ multiplier: share, allowed_length: fc.nat(3) }) }),
  fc.record({ logit_bias: fc.record({ bias: fc.dictionary(fc.nat(70).map(String), value) }) }),
  fc.record({ min_tokens: fc.record({ n: fc.nat(20), end_tokens: fc.constant([60, 61]) }) }),
  fc.record({ mirostat: fc.record({ tau: share, m: fc.integer({ min: 1, max: 9 }), mu: value }) }),
  fc.record({ mirostat_v2: fc.record({ tau: share, mu: value }) }),
);

/** A sampler's step from what it remembers at first. */
function stepOf(spec: SamplerSpec): Sampler {
  return (candidates, context) => runChain([samplerOf(spec)], candidates, context).candidates;
}

describe("every sampler", () => {
  it("changes nothing that it was given, does the same again, and keeps at least one candidate", async () => {
    const cases = fc.record({
      logits,
      previousTokens: fc.array(fc.nat(9), { maxLength: 12 }),
      sampler: anySampler,
      sort: fc.boolean(),
    });
    await property(cases, ({ logits, previousTokens, sampler, sort }) => {
      const apply = stepOf(sampler);
      const given = Float32Array.from(logits);
      const all = candidatesOf(given);
      const context = { previousTokens, random: createRandom(1) };
      const start = sort ? stepOf({ top_k: { k: logits.length } })(all, context) : all;
      const copy = { ...start, ids: start.ids.slice(), logits: start.logits.slice() };
      const once = apply(start, context);
      expect(start).toEqual(copy);
      expect(given).toEqual(Float32Array.from(logits));
      expect(apply(start, { previousTokens, random: createRandom(1) })).toEqual(once);
      expect(once.ids.length).toBeGreaterThanOrEqual(1);
      if (once.sorted) expect([...once.logits]).toEqual([...once.logits].sort((a, b) => b - a));
    });
  });

  it("leaves probabilities that sum to one, in descending order", async () => {
    const cases = fc.record({ logits, samplers: fc.array(anySampler, { maxLength: 4 }) });
    await property(cases, ({ logits, samplers }) => {
      const kept = applySamplers(logits, [1, 2, 1], samplers);
      const probabilities = kept.map(([, probability]) => probability);
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
      expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
    });
  });
});

describe("edge cases", () => {
  const ids = (kept: [number, number][]) => kept.map(([id]) => id);

  it("top-k keeps all when asked for more, and the first of equals", () => {
    expect(ids(applySamplers([1, 3, 2], [], [{ top_k: { k: 9 } }]))).toEqual([1, 2, 0]);
    expect(ids(applySamplers([5, 5, 5, 5], [], [{ top_k: { k: 2 } }]))).toEqual([0, 1]);
    expect(ids(applySamplers([1, 3, 2], [], [{ top_k: { k: 0 } }]))).toHaveLength(3);
  });

  it("temperature 0 keeps the first of the likeliest", () => {
    expect(applySamplers([1, 4, 4, 2], [], [{ temperature: { t: 0 } }])).toEqual([[1, 1]]);
  });

  it("NaN and -Infinity are no candidates, and +Infinity takes all", () => {
    expect(ids(applySamplers([NaN, 1, -Infinity, 2], [], []))).toEqual([3, 1]);
    expect(applySamplers([Infinity, 1, Infinity], [], [])).toEqual([
      [0, 0.5],
      [2, 0.5],
      [1, 0],
    ]);
    expect(applySamplers([NaN, -Infinity], [], [])).toEqual([]);
    expect(applySamplers([], [], [{ top_p: { p: 0.5 } }])).toEqual([]);
  });

  const everything: SamplerSpec[] = [
    { penalties: { repeat: 1.5 } },
    { dry: { multiplier: 1 } },
    { top_n_sigma: { n: 1 } },
    { top_k: { k: 2 } },
    { typical_p: { p: 0.5 } },
    { top_p: { p: 0.5 } },
    { min_p: { p: 0.5 } },
    { xtc: { probability: 1, threshold: 0.1 } },
    { dynamic_temperature: { t: 1, range: 0.5 } },
  ];

  it.each([[[-Infinity, -Infinity, -Infinity]], [[NaN, NaN]], [[]]])("no sampler makes a candidate of %j", (logits) => {
    for (const sampler of [...everything, { temperature: { t: 0 } }]) {
      expect(applySamplers(logits, [0, 1, 0, 1], [sampler])).toEqual([]);
    }
    expect(applySamplers(logits, [0, 1, 0, 1], everything)).toEqual([]);
  });

  it("a large vocabulary's nucleus is found, small or large", () => {
    const flat = new Float32Array(10_000);
    expect(applySamplers(flat, [], [{ top_p: { p: 0.5 } }]).length).toBeCloseTo(5000, -1);
    flat[77] = 30;
    expect(ids(applySamplers(flat, [], [{ top_p: { p: 0.5 } }]))).toEqual([77]);
  });

  it("a bias of -Infinity forbids a token", () => {
    expect(ids(applySamplers([1, 2, 3], [], [{ logit_bias: { bias: [[2, -Infinity]] } }]))).toEqual([1, 0]);
  });
});

describe("samplers as JSON", () => {
  it.each([
    [{ topk: { k: 1 } }, 'there is no sampler "topk"; the samplers are: min_tokens, bad_words, no_repeat_ngram'],
    [{ top_k: {} }, 'sampler top_k needs a parameter "k"'],
    [{ top_k: { k: 1.5 } }, 'sampler top_k: "k" must be a whole number, not 1.5'],
    [{ top_k: { k: "1" } }, 'sampler top_k: "k" must be a whole number, not "1"'],
    [{ top_k: { k: 1, p: 2 } }, 'sampler top_k has no parameter "p"; it takes: k'],
    [{ top_k: 40 }, "the parameters of sampler top_k must be an object"],
    [{}, "a sampler is an object of one property"],
    [{ toString: {} }, 'there is no sampler "toString"'],
    [{ logit_bias: { bias: { x: 1 } } }, '"bias" must be like'],
  ])("%j is refused", (spec, message) => {
    expect(() => samplerOf(spec as SamplerSpec)).toThrow(message);
  });
});
