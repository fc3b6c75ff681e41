import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { candidatesOf, dry } from "../../../src/sampling/index.ts";
import { property } from "../../support/property.ts";

const vocabulary = 6;

/** By definition: for every token and every earlier place, how far back the text's end repeats there. */
function penaltiesByDefinition(text: readonly number[], allowedLength: number, breakers: readonly number[]): number[] {
  const penalties = new Array<number>(vocabulary).fill(0);
  for (let token = 0; token < vocabulary; token++) {
    if (breakers.includes(token)) continue;
    for (let at = 0; at < text.length; at++) {
      if (text[at] !== token) continue;
      let length = 0;
      while (length < at && text[at - 1 - length] === text[text.length - 1 - length]) {
        if (breakers.includes(text[at - 1 - length])) break;
        length++;
      }
      if (length >= allowedLength) penalties[token] = Math.max(penalties[token], 2 ** (length - allowedLength));
    }
  }
  return penalties;
}

function penaltiesOf(text: readonly number[], options: Partial<Parameters<typeof dry>[0]> = {}): number[] {
  const sampler = dry({ multiplier: 1, base: 2, lastN: -1, ...options });
  const { logits } = sampler(candidatesOf(new Float32Array(vocabulary)), { previousTokens: text, random: () => 0 });
  return Array.from(logits, (logit) => (logit === 0 ? 0 : -logit));
}

describe("DRY", () => {
  it("penalises what would lengthen a repetition", () => {
    expect(penaltiesOf([0, 1, 2, 2, 1, 2, 5, 0, 1, 2])).toEqual([0, 0, 2, 0, 0, 1]);
  });

  it("equals its definition", async () => {
    const cases = fc.record({
      text: fc.array(fc.nat(vocabulary - 3), { maxLength: 40 }),
      allowedLength: fc.integer({ min: 1, max: 4 }),
      breakers: fc.uniqueArray(fc.nat(vocabulary - 1), { maxLength: 2 }),
    });
    await property(cases, ({ text, allowedLength, breakers }) => {
      const sequenceBreakers = breakers.map((token) => [token]);
      expect(penaltiesOf(text, { allowedLength, sequenceBreakers })).toEqual(
        penaltiesByDefinition(text, allowedLength, breakers),
      );
    });
  });

  it("does not reach over a breaker of several tokens", () => {
    const text = [0, 1, 2, 3, 0, 1, 2];
    expect(penaltiesOf(text)).toEqual([0, 0, 0, 2, 0, 0]);
    expect(penaltiesOf(text, { sequenceBreakers: [[0, 1]] })).toEqual([0, 0, 0, 0, 0, 0]);
    expect(penaltiesOf(text, { allowedLength: 1, sequenceBreakers: [[0, 1]] })).toEqual([0, 0, 0, 1, 0, 0]);
  });

  it("looks at the last n tokens only", () => {
    const text = [0, 1, 2, 3, 0, 1, 2];
    expect(penaltiesOf(text, { lastN: 7 })[3]).toBe(2);
    expect(penaltiesOf(text, { lastN: 6 })[3]).toBe(1);
    expect(penaltiesOf(text, { lastN: 5 })[3]).toBe(0);
    expect(penaltiesOf(text, { lastN: 0 })[3]).toBe(0);
  });

  it("keeps a long repetition's penalty finite", () => {
    expect(penaltiesOf(new Array<number>(500).fill(1), { base: 1.75 })[1]).toBeLessThan(Infinity);
  });
});
