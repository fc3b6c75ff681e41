import { WordCounter, newModel, trainBytePairs } from "../../src/compress/train/index.ts";
import { type Gguf, bytesSource, openGguf, serializeGguf } from "../../src/gguf/index.ts";
import { createRandom } from "../../src/sampling/index.ts";

const words = "the cat sat on a mat and saw one big red dog that ran to him with joy so they were glad".split(" ");

/** Texts of simple words, the same for the same seed. */
export function tinyStories(count: number, seed = 1): string[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const length = 8 + Math.floor(random() * 12);
    const text = Array.from({ length }, () => words[Math.floor(random() ** 2 * words.length)]).join(" ");
    return `${text[0].toUpperCase()}${text.slice(1)}.\n`;
  });
}

/** A new small model with two query heads for each key-value head, and a vocabulary of `tinyStories`. */
export async function tinyTrainable(seed = 1): Promise<Gguf> {
  const counter = new WordCounter("smollm");
  tinyStories(50).forEach((text) => counter.add(text));
  const vocabulary = trainBytePairs(counter.counts, { size: 288 });
  const shape = { width: 32, layers: 2, heads: 4, kvHeads: 2, feedForward: 40, context: 64 };
  const chunks: Uint8Array[] = [];
  for await (const chunk of serializeGguf(newModel("tiny", shape, vocabulary, seed))) chunks.push(chunk);
  return openGguf(bytesSource(new Uint8Array(Buffer.concat(chunks))));
}
