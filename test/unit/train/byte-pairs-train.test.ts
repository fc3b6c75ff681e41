import fc from "fast-check";
import { expect, test } from "vitest";
import { WordCounter, newModel, trainBytePairs } from "../../../src/compress/train/index.ts";
import { createTokenizer } from "../../../src/tokenizer/index.ts";
import { property } from "../../support/property.ts";
import { tinyStories } from "../../support/tiny-stories.ts";

test("the pairs are the most frequent, one after the other, as counting anew each time finds them", async () => {
  const word = fc.stringMatching(/^[abc]{1,6}$/);
  await property(
    fc.dictionary(word, fc.integer({ min: 1, max: 9 }), { minKeys: 1, maxKeys: 12 }),
    (counts) => {
      const { tokens, merges } = trainBytePairs(new Map(Object.entries(counts)), { size: 270 });
      let words = Object.entries(counts).map(([text, count]) => ({ parts: Array.from(text), count }));
      for (const merge of merges) {
        const pairs = new Map<string, number>();
        for (const { parts, count } of words) {
          for (let i = 0; i + 1 < parts.length; i++) {
            const pair = `${parts[i]} ${parts[i + 1]}`;
            pairs.set(pair, (pairs.get(pair) ?? 0) + count);
          }
        }
        const most = Math.max(...pairs.values());
        const id = (pair: string) => pair.split(" ").map((part) => tokens.indexOf(part));
        const best = [...pairs.keys()]
          .filter((pair) => pairs.get(pair) === most)
          .sort((a, b) => id(a)[0] - id(b)[0] || id(a)[1] - id(b)[1]);
        expect(merge).toBe(best[0]);
        const [left, right] = merge.split(" ");
        words = words.map(({ parts, count }) => ({ parts: joined(parts, left, right), count }));
      }
    },
    { runs: 100 },
  );
});

function joined(parts: readonly string[], left: string, right: string): string[] {
  const result: string[] = [];
  for (const part of parts) {
    if (part === right && result.at(-1) === left && result.length > 0) result.push(`${result.pop()!}${part}`);
    else result.push(part);
  }
  return result;
}

test("texts come back from their tokens, whatever they hold, in fewer tokens than bytes", () => {
  const counter = new WordCounter("smollm");
  const texts = tinyStories(50);
  texts.forEach((text) => counter.add(text));
  const vocabulary = trainBytePairs(counter.counts, { size: 320 });
  expect(vocabulary.tokens.length).toBe(320);
  const { metadata } = newModel("v", { width: 8, layers: 1, heads: 1, feedForward: 8, context: 8 }, vocabulary, 1);
  const tokenizer = createTokenizer(metadata);
  for (const text of [...texts, "Ünï 漢字\n\t 12345 <|endoftext|>", ""]) {
    const ids = tokenizer.encode(text, { addSpecial: false });
    expect(tokenizer.decode(ids, { special: true })).toBe(text);
  }
  const [text] = texts;
  expect(tokenizer.encode(text, { addSpecial: false }).length).toBeLessThan(text.length / 2);
  expect(tokenizer.encode("", {})).toEqual([0]);
});

test("refuses sizes without room for bytes, and pre-tokenizers that are not byte-level", () => {
  expect(() => trainBytePairs(new Map([["a", 1]]), { size: 100 })).toThrow("at least 257");
  expect(() => new WordCounter("whitespace")).toThrow("whitespace");
});
