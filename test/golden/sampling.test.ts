import { readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { applySamplers } from "../../src/sampling/index.ts";
import { hasShared, itShared, shared } from "../support/shared.ts";
import { type SamplingCase, samplersOfCase } from "./sampling-cases.ts";

const cases = hasShared ? (JSON.parse(readFileSync(shared("golden", "sampling.json"), "utf8")) as SamplingCase[]) : [];

describe("llama.cpp's samplers (golden/sampling.json)", () => {
  itShared("has cases", () => {
    expect(cases.length).toBeGreaterThan(30);
  });
  for (const [i, golden] of cases.entries()) {
    itShared(`${i}: ${golden.sampler} ${JSON.stringify(golden.params)}`, () => {
      const kept = applySamplers(golden.logits, golden.previous_tokens, samplersOfCase(golden));
      const expected = new Map(golden.kept);
      expect(kept.map(([id]) => id).sort()).toEqual([...expected.keys()].sort());
      let difference = 0;
      for (const [id, probability] of kept)
        difference = Math.max(difference, Math.abs(probability - expected.get(id)!));
      expect(difference).toBeLessThan(1e-5);
      const probabilities = kept.map(([, probability]) => probability);
      expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
    });
  }
});
