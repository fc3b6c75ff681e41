import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type SamplerSpec, applySamplers } from "../../src/sampling/index.ts";

/** Made by `sampling-llama-cpp/make-cases.cpp` and `sampling-transformers/make-cases.py`, in integers: logits in thousandths, probabilities in millionths. */
interface Case {
  readonly samplers: SamplerSpec[];
  readonly previous: number[];
  readonly logits: number[];
  readonly kept: [id: number, millionths: number][];
}

const groups = new Map<string, Case[]>();
for (const file of ["sampling-llama-cpp/cases.json", "sampling-transformers/cases.json"]) {
  const cases = JSON.parse(readFileSync(join(import.meta.dirname, file), "utf8")) as Case[];
  for (const item of cases) {
    const name = item.samplers.length === 1 ? Object.keys(item.samplers[0])[0] : "chains";
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
}

it("there are enough cases", () => {
  for (const name of ["dry", "xtc", "typical_p", "no_repeat_ngram", "bad_words", "min_tokens", "chains"]) {
    expect(groups.get(name)?.length).toBeGreaterThanOrEqual(name === "chains" ? 150 : 200);
  }
});

it.each([...groups])("%s keeps what llama.cpp or transformers keeps", (_, group) => {
  for (const { samplers, previous, logits, kept } of group) {
    const ours = applySamplers(
      logits.map((thousandths) => thousandths / 1000),
      previous,
      samplers,
    );
    const expected = new Map(kept);
    const message = JSON.stringify(samplers);
    expect(new Set(ours.map(([id]) => id)), message).toEqual(new Set(expected.keys()));
    for (const [id, probability] of ours) {
      expect(Math.abs(probability - expected.get(id)! / 1e6), message).toBeLessThan(1e-5);
    }
  }
});
