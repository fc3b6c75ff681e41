import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { collect, moment, number, tokenList, wholeNumber } from "../../../src/cli/options.ts";
import { type SamplingFlags, addSamplingOptions, samplingOf } from "../../../src/cli/sampling-options.ts";
import { type SamplerOptions, createSampler } from "../../../src/sampling/index.ts";

describe("an option's value", () => {
  it.each([
    ["0", 0],
    ["12", 12],
    ["+3", 3],
  ])("%s is a whole number", (text, value) => {
    expect(wholeNumber(0)(text)).toBe(value);
  });

  it.each(["-1", "1.5", "1e3", "0x10", "", " ", "NaN", "9007199254740993", "1 2"])("%j is not", (text) => {
    expect(() => wholeNumber(0)(text)).toThrow("It must be a whole number of at least 0.");
  });

  it.each(["", " ", "x", "Infinity", "NaN", "-0.1", "1.1"])("%j is no number from 0 to 1", (text) => {
    expect(() => number(0, 1)(text)).toThrow("It must be a number from 0 to 1.");
  });

  it("is a list of tokens, a time, one of several texts", () => {
    expect(tokenList("1,2, 3")).toEqual([1, 2, 3]);
    expect(() => tokenList("1,-2")).toThrow("token ids");
    expect(moment("2026-11-20T09:30:00")).toEqual(new Date(2026, 10, 20, 9, 30));
    expect(() => moment("20")).toThrow("time");
    expect(collect("b", collect("a"))).toEqual(["a", "b"]);
  });
});

it("the sampling options reach the sampler by their names", () => {
  const args = "--temperature 0.5 --top-k 3 --top-p 0.9 --min-p 0.1 --seed 7 --typical-p 0.8 --top-n-sigma 2";
  const penalties = "--repeat-penalty 1.1 --frequency-penalty -0.5 --presence-penalty 0.2";
  const command = addSamplingOptions(new Command()).parse(`${args} ${penalties}`.split(" "), { from: "user" });
  const options = samplingOf(command.opts<SamplingFlags>());
  expect(options).toEqual({
    temperature: 0.5,
    topK: 3,
    topP: 0.9,
    minP: 0.1,
    seed: 7,
    typicalP: 0.8,
    topNSigma: 2,
    repeatPenalty: 1.1,
    frequencyPenalty: -0.5,
    presencePenalty: 0.2,
  });
  expect(createSampler(options as SamplerOptions).seed).toBe(7);
});
