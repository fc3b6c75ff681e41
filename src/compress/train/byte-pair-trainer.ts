import { InvalidArgumentError, TokenizerError } from "../../errors.ts";
import { byteToUnit, writeUtf8 } from "../../tokenizer/byte-alphabet.ts";
import { preTokenizers } from "../../tokenizer/pre-tokenizers.ts";
import { wordSplitter } from "../../tokenizer/word-splitter.ts";

/** A vocabulary of byte pairs, as GGUF files have it. */
export interface BytePairVocabulary {
  /** The special tokens, the 256 bytes, then the merged tokens in the order in which they were found. */
  readonly tokens: readonly string[];
  readonly merges: readonly string[];
  /** How many of the tokens, from the first, are special. */
  readonly special: number;
  /** `tokenizer.ggml.pre` */
  readonly preTokenizer: string;
}

export interface BytePairOptions {
  /** Tokens in all, at least the special ones and 256. */
  readonly size: number;
  /** Texts of the special tokens, which never appear in words. */
  readonly special?: readonly string[];
  readonly preTokenizer?: string;
}

/** Counts the words of texts; merges stay within words, so that the counts are all that training needs. */
export class WordCounter {
  readonly counts = new Map<string, number>();
  private readonly split: ReturnType<typeof wordSplitter>;

  /** @throws TokenizerError `UNSUPPORTED_PRE_TOKENIZER` */
  constructor(preTokenizer: string) {
    const kind = preTokenizers.get(preTokenizer);
    if (kind?.byteEncoded !== true) {
      throw new TokenizerError("UNSUPPORTED_PRE_TOKENIZER", `no byte-level pre-tokenizer "${preTokenizer}"`);
    }
    this.split = wordSplitter(kind.family);
  }

  add(text: string): void {
    const { counts } = this;
    this.split(text, 0, text.length, (start, end) => {
      const word = text.slice(start, end);
      counts.set(word, (counts.get(word) ?? 0) + 1);
    });
  }
}

/** A word as tokens, and how often it is there. */
interface Word {
  tokens: number[];
  readonly count: number;
}

/**
 * Byte-pair encoding (Sennrich, Haddow and Birch 2016, arXiv 1508.07909, algorithm 1) over bytes (Radford et al. 2019):
 * merges the most frequent pair of neighbours, again and again. Of equally frequent pairs, the one whose first token is
 * older, then whose second is: the result depends on the words' counts only, not on their order.
 * @throws InvalidArgumentError for a size without room for bytes
 */
export function trainBytePairs(counts: ReadonlyMap<string, number>, options: BytePairOptions): BytePairVocabulary {
  const { size, special = ["<|endoftext|>"], preTokenizer = "smollm" } = options;
  const first = special.length;
  if (!Number.isSafeInteger(size) || size < first + 256) {
    throw new InvalidArgumentError(`a vocabulary has at least ${first + 256} tokens, not ${size}`);
  }
  const tokens = [...special, ...Array.from(byteToUnit, (unit) => String.fromCharCode(unit))];
  const merges: string[] = [];
  const words = [...counts].map(([text, count]): Word => ({ tokens: bytesOf(text, first), count }));
  const pairs = new Pairs();
  words.forEach((word, index) => pairs.add(word, index));
  while (tokens.length < size) {
    const best = pairs.best();
    if (best === undefined) break; // every word is one token
    const [left, right] = best;
    merges.push(`${tokens[left]} ${tokens[right]}`);
    const merged = tokens.push(tokens[left] + tokens[right]) - 1;
    for (const index of pairs.wordsOf(left, right)) {
      const word = words[index];
      pairs.remove(word);
      word.tokens = merge(word.tokens, left, right, merged);
      pairs.add(word, index);
    }
  }
  return { tokens, merges, special: first, preTokenizer };
}

function bytesOf(text: string, first: number): number[] {
  const bytes = new Uint8Array(3 * text.length);
  return Array.from(bytes.subarray(0, writeUtf8(text, 0, text.length, bytes)), (byte) => first + byte);
}

function merge(tokens: readonly number[], left: number, right: number, merged: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const found = tokens[i] === left && tokens[i + 1] === right;
    result.push(found ? merged : tokens[i]);
    if (found) i++;
  }
  return result;
}

const wide = 2 ** 22;

/** How often each pair of neighbours is there, and in which words it may be. */
class Pairs {
  private readonly counts = new Map<number, number>();
  private readonly words = new Map<number, Set<number>>();

  add(word: Word, index: number): void {
    this.change(word, word.count);
    for (let i = 0; i + 1 < word.tokens.length; i++) {
      const pair = word.tokens[i] * wide + word.tokens[i + 1];
      let words = this.words.get(pair);
      if (words === undefined) this.words.set(pair, (words = new Set()));
      words.add(index);
    }
  }

  remove(word: Word): void {
    this.change(word, -word.count);
  }

  /** The words in which a pair may be, which are forgotten. */
  wordsOf(left: number, right: number): Iterable<number> {
    const pair = left * wide + right;
    const words = this.words.get(pair) ?? [];
    this.words.delete(pair);
    return words;
  }

  best(): readonly [left: number, right: number] | undefined {
    let best = -1;
    let most = 0;
    for (const [pair, count] of this.counts) {
      if (count > most || (count === most && pair < best)) [best, most] = [pair, count];
    }
    return most === 0 ? undefined : [Math.floor(best / wide), best % wide];
  }

  private change({ tokens }: Word, by: number): void {
    for (let i = 0; i + 1 < tokens.length; i++) {
      const pair = tokens[i] * wide + tokens[i + 1];
      const count = (this.counts.get(pair) ?? 0) + by;
      if (count === 0) this.counts.delete(pair);
      else this.counts.set(pair, count);
    }
  }
}
