import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { itShared, shared } from "../support/shared.ts";
import { type SamplingCase, samplersOfCase } from "../golden/sampling-cases.ts";
import { runForJson } from "./run-command.ts";

it("gives the kept candidates, the likeliest first", async () => {
  const input = { logits: [1, 3, null, 2], samplers: [{ top_k: { k: 2 } }, { temperature: { t: 1 } }] };
  const kept = (await runForJson(["sample"], input)) as [number, number][];
  expect(kept.map(([id]) => id)).toEqual([1, 3]);
  expect(kept[0][1]).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
});

itShared("equals llama.cpp's samplers (golden/sampling.json)", async () => {
  const cases = JSON.parse(readFileSync(shared("golden", "sampling.json"), "utf8")) as SamplingCase[];
  const check = async (golden: SamplingCase) => {
    const { logits, previous_tokens, kept: expected } = golden;
    const kept = await runForJson(["sample"], { logits, previous_tokens, samplers: samplersOfCase(golden) });
    const probabilities = new Map(expected);
    for (const [id, probability] of kept as [number, number][]) {
      expect(Math.abs(probability - probabilities.get(id)!)).toBeLessThan(1e-5);
      probabilities.delete(id);
    }
    expect(probabilities.size).toBe(0);
  };
  for (let i = 0; i < cases.length; i += 4) await Promise.all(cases.slice(i, i + 4).map(check));
});
