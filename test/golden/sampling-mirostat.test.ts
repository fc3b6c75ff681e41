import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ChainState, applySamplers, candidatesOf, runChain, samplerOf } from "../../src/sampling/index.ts";

/** A text, made by `sampling-llama-cpp/make-mirostat.cpp`: parameters and logits in thousandths, probabilities in millionths. */
interface Text {
  readonly version: 1 | 2;
  readonly tau: number;
  readonly eta: number;
  readonly m: number;
  readonly steps: { logits: number[]; kept: [id: number, millionths: number][]; drawn: number }[];
}

const file = join(import.meta.dirname, "sampling-llama-cpp/mirostat.json");
const texts = JSON.parse(readFileSync(file, "utf8")) as Text[];
const context = { previousTokens: [], random: () => 0 };

function specOf({ version, tau, eta, m }: Text, mu?: number) {
  const parameters = { tau: tau / 1000, eta: eta / 1000, mu };
  return version === 1 ? { mirostat: { ...parameters, m } } : { mirostat_v2: parameters };
}

describe.each([1, 2] as const)("mirostat %i", (version) => {
  const chosen = texts.filter((text) => text.version === version);

  it("has enough cases, which keep different numbers of tokens", () => {
    const counts = chosen.flatMap(({ steps }) => steps.map(({ kept }) => kept.length));
    expect(counts.length).toBeGreaterThanOrEqual(200);
    expect(new Set(counts).size).toBeGreaterThan(10);
  });

  it("keeps what llama.cpp keeps, its µ stepped with the token that llama.cpp drew", () => {
    for (const text of chosen) {
      const chain = [samplerOf(specOf(text))];
      let state: ChainState | undefined;
      for (const { logits, kept, drawn } of text.steps) {
        const row = Float32Array.from(logits, (thousandths) => thousandths / 1000);
        const step = runChain(chain, candidatesOf(row), context, state);
        expect([...step.candidates.ids]).toEqual(kept.map(([id]) => id));

        // The same through JSON, as `pellucid sample` has it, µ given.
        const mu = state?.[0] as number | undefined;
        const ours = applySamplers(row, [], [specOf(text, mu)]);
        for (const [i, [id, probability]] of ours.entries()) {
          expect(id).toBe(kept[i][0]);
          expect(Math.abs(probability - kept[i][1] / 1e6)).toBeLessThan(1e-5);
        }
        state = step.next(drawn);
      }
    }
  });
});
