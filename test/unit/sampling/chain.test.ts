import { describe, expect, it } from "vitest";
import {
  type Sampler,
  type SamplerOptions,
  type StatefulSampler,
  createSampler,
  defaultOrder,
} from "../../../src/sampling/index.ts";

const logits = Float32Array.of(1, 3, 2, 3, -1);
const named = (options: SamplerOptions) => createSampler(options).names;

describe("a chain", () => {
  it("has the documented default order", () => {
    expect(defaultOrder.join(" ")).toBe(
      "min_tokens bad_words no_repeat_ngram logit_bias penalties dry top_n_sigma top_k typical_p top_p min_p xtc temperature mirostat",
    );
    expect(named({}).join(" ")).toBe("penalties dry top_n_sigma top_k typical_p top_p min_p xtc temperature");
    const bans = { minTokens: 2, badWords: [[1]], noRepeatNgram: 2, logitBias: { 1: 2 } };
    expect(named(bans).slice(0, 4)).toEqual(defaultOrder.slice(0, 4));
  });

  it("cuts nothing off at temperature 0 or with mirostat", () => {
    expect(named({ temperature: 0 })).toEqual(["penalties", "dry", "temperature"]);
    expect(named({ mirostat: 1 })).toEqual(["penalties", "dry", "temperature", "mirostat"]);
    expect(named({ mirostat: 2, mirostatTau: 3 })).toContain("mirostat_v2");
  });

  it("takes its order from names, whose parameters are the options", () => {
    expect(named({ samplers: ["temperature", "top_k"], topK: 2, temperature: 2 })).toEqual(["temperature", "top_k"]);
    // Of equals the first: temperature 0 leaves one before anything else can.
    expect(createSampler({ samplers: ["temperature", "xtc"], temperature: 0 }).sample(logits, []).token).toBe(1);
  });

  it("runs functions of one's own between named samplers", () => {
    const withoutOdd: Sampler = ({ ids, logits }) => ({
      ids,
      logits: logits.map((logit, i) => (ids[i] % 2 === 0 ? logit : -Infinity)),
      sorted: false,
    });
    const sampler = createSampler({ samplers: [withoutOdd, "temperature"], temperature: 0 });
    expect(sampler.names).toEqual(["withoutOdd", "temperature"]);
    expect(sampler.sample(logits, []).token).toBe(2);
  });

  it("runs samplers with a memory, which see what was drawn", () => {
    const never: StatefulSampler<number[]> = {
      initial: [],
      apply: ({ ids, logits }, _context, taken) => ({
        ids,
        logits: logits.map((logit, i) => (taken.includes(ids[i]) ? -Infinity : logit)),
        sorted: false,
      }),
      next: (taken, _kept, token) => [...taken, token],
    };
    const sampler = createSampler({ samplers: [never, "temperature"], temperature: 0 });
    expect([1, 2, 3, 4, 5].map(() => sampler.sample(logits, []).token)).toEqual([1, 3, 2, 0, 4]);
    expect(sampler.state).toEqual([[1, 3, 2, 0, 4], undefined]);
    expect(() => sampler.sample(logits, [])).toThrow("no token can be sampled");
  });

  it.each<[SamplerOptions, string]>([
    [{ samplers: ["topk"] }, 'there is no sampler "topk"; samplers can be: min_tokens, bad_words'],
    [
      { samplers: ["temperature"], topK: 3 },
      'topK would count for nothing: the option samplers names the chain, without "top_k"',
    ],
    [{ mirostat: 2, topP: 0.9 }, 'topP would count for nothing: mirostat takes the place of "top_p"'],
    [{ samplers: [{ top_k: { k: 1 } }], badWords: [[1]] }, "badWords would count for nothing"],
    [{ badWords: [[]] }, "a bad word has no tokens"],
    [{ mirostat: 3 as 2 }, "mirostat must be a whole number from 0 to 2, not 3"],
    [{ minTokens: -1 }, "minTokens must be a whole number of at least 0, not -1"],
    [{ noRepeatNgram: 0.5 }, "noRepeatNgram must be a whole number"],
    [{ logprobs: -1 }, "logprobs must be true, false or a whole number of at least 0, not -1"],
  ])("refuses %j", (options, message) => {
    expect(() => createSampler(options)).toThrow(message);
  });
});

describe("bans", () => {
  const pick = (options: SamplerOptions, text: number[], promptLength = 0, endTokens: number[] = []) =>
    createSampler({ temperature: 0, ...options }, { promptLength, endTokens }).sample(logits, text).token;

  it("keep end tokens from coming before so many tokens were generated", () => {
    expect(pick({ minTokens: 2 }, [7, 7], 2, [1, 3])).toBe(2);
    expect(pick({ minTokens: 2 }, [7, 7, 0], 2, [1, 3])).toBe(2);
    expect(pick({ minTokens: 2 }, [7, 7, 0, 0], 2, [1, 3])).toBe(1);
  });

  it("keep bad words from being completed, also at the text's beginning", () => {
    expect(pick({ badWords: [[1]] }, [])).toBe(3);
    expect(pick({ badWords: [[4, 1]] }, [4])).toBe(3);
    expect(pick({ badWords: [[4, 1]] }, [])).toBe(1);
    expect(pick({ badWords: [[4, 4, 1]] }, [4])).toBe(1);
  });

  it("keep sequences from coming twice", () => {
    expect(pick({ noRepeatNgram: 2 }, [4, 1, 4])).toBe(3);
    expect(pick({ noRepeatNgram: 1 }, [1])).toBe(3);
    expect(pick({ noRepeatNgram: 3 }, [4, 1, 4])).toBe(1);
  });
});
