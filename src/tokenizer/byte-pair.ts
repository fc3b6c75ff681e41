/**
 * Byte-pair vocabularies (`tokenizer.ggml.model` = "gpt2" and its relatives): the text is cut into words, each word
 * into bytes (or characters), and these are merged. Source: llama.cpp 0c1e570, llama-vocab.cpp,
 * `llm_tokenizer_bpe_session`.
 */
import { byteToUnit, writeUtf8 } from "./byte-alphabet.ts";
import type { Merges } from "./byte-pair-merges.ts";
import type { Encoder } from "./encoder.ts";
import { IntList } from "./int-list.ts";
import { mergeSymbols } from "./merger.ts";
import { visibleSpace } from "./pieces.ts";
import type { PreTokenizer } from "./pre-tokenizers.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { maxCachedLength, WordCache } from "./word-cache.ts";
import type { Splitter } from "./word-splitter.ts";
import { wordSplitter } from "./word-splitter.ts";

export interface BytePairOptions {
  preTokenizer: PreTokenizer;
  /** Spaces are written as `▁` (SentencePiece's habit). */
  visibleSpaces: boolean;
  /** A run of newlines that is a token stays whole (Gemma 4). */
  wholeNewlines: boolean;
}

/** Where the bytes and the symbols of a word are put. */
class Scratch {
  readonly bytes: Uint8Array;
  readonly symbols: IntList;
  constructor(units: number) {
    this.bytes = new Uint8Array(3 * units);
    this.symbols = new IntList(units);
  }
}

export class BytePairEncoder implements Encoder {
  readonly #vocabulary: Vocabulary;
  readonly #merges: Merges;
  readonly #options: BytePairOptions;
  readonly #splitter: Splitter;
  readonly #cache = new WordCache();
  /** For all but long words, of which there are few. */
  readonly #scratch = new Scratch(maxCachedLength);
  /** The symbol of each byte, in vocabularies that merge bytes. */
  readonly #byteSymbols: Int32Array;
  /** Tokens for the symbols that are none, by symbol. */
  readonly #fallbacks = new Map<number, readonly number[]>();

  constructor(vocabulary: Vocabulary, merges: Merges, options: BytePairOptions) {
    this.#vocabulary = vocabulary;
    this.#merges = merges;
    this.#options = options;
    this.#splitter = wordSplitter(options.preTokenizer.family);
    this.#byteSymbols = Int32Array.from(byteToUnit, (unit) => merges.symbolOf(String.fromCharCode(unit)));
  }

  encode(text: string, start: number, end: number, _first: boolean, output: IntList): void {
    if (this.#options.visibleSpaces) {
      const escaped = text.slice(start, end).replaceAll(" ", visibleSpace);
      this.#encodeWords(escaped, 0, escaped.length, output);
    } else {
      this.#encodeWords(text, start, end, output);
    }
  }

  #encodeWords(text: string, start: number, end: number, output: IntList): void {
    this.#splitter(text, start, end, (from, to) => {
      if (to - from > maxCachedLength) {
        this.#encodeWord(text, from, to, output);
      } else if (!this.#cache.find(text, from, to, output)) {
        const before = output.length;
        this.#encodeWord(text, from, to, output);
        this.#cache.add(text, from, to, output, before);
      }
    });
  }

  #encodeWord(text: string, start: number, end: number, output: IntList): void {
    const whole = this.#wholeWord(text, start, end);
    if (whole !== undefined) {
      output.push(whole);
      return;
    }
    const scratch = end - start > maxCachedLength ? new Scratch(end - start) : this.#scratch;
    const { symbols } = scratch;
    symbols.length = 0;
    if (this.#options.preTokenizer.byteEncoded) this.#bytes(text, start, end, scratch);
    else this.#characters(text, start, end, symbols);
    const count = mergeSymbols(symbols.values, symbols.length, this.#merges);
    const tokens = this.#vocabulary.texts.length;
    for (let i = 0; i < count; i++) {
      const symbol = symbols.values[i];
      if (symbol < tokens) output.push(symbol);
      else for (const token of this.#fallback(symbol)) output.push(token);
    }
  }

  /** The token that the word is without merging, if it may be. */
  #wholeWord(text: string, start: number, end: number): number | undefined {
    const { preTokenizer, wholeNewlines } = this.#options;
    const { ids } = this.#vocabulary;
    if (wholeNewlines && text.charCodeAt(start) === 0x0a) return ids.get(text.slice(start, end));
    if (!preTokenizer.ignoreMerges || end - start > maxCachedLength * 4) return undefined;
    if (!preTokenizer.byteEncoded) return ids.get(text.slice(start, end));
    const bytes = new Uint8Array(3 * (end - start));
    const length = writeUtf8(text, start, end, bytes);
    let encoded = "";
    for (let i = 0; i < length; i++) encoded += String.fromCharCode(byteToUnit[bytes[i]]);
    return ids.get(encoded);
  }

  #bytes(text: string, start: number, end: number, { bytes, symbols }: Scratch): void {
    const length = writeUtf8(text, start, end, bytes);
    for (let i = 0; i < length; i++) symbols.push(this.#byteSymbols[bytes[i]]);
  }

  #characters(text: string, start: number, end: number, symbols: IntList): void {
    for (let at = start; at < end;) {
      const width = text.codePointAt(at)! > 0xffff ? 2 : 1;
      symbols.push(this.#merges.symbolOf(text.slice(at, at + width)));
      at += width;
    }
  }

  /** What a symbol that is no token becomes: tokens of single bytes, where there are some. */
  #fallback(symbol: number): readonly number[] {
    let tokens = this.#fallbacks.get(symbol);
    if (tokens === undefined) {
      const text = this.#merges.extraTexts[symbol - this.#vocabulary.texts.length];
      const found = Array.from(new TextEncoder().encode(text), (byte) => this.#byteToken(byte));
      this.#fallbacks.set(symbol, (tokens = found.filter((id) => id !== undefined)));
    }
    return tokens;
  }

  #byteToken(byte: number): number | undefined {
    const { ids } = this.#vocabulary;
    if (!this.#options.preTokenizer.byteEncoded) return ids.get(byteTokenText(byte));
    return byte < 0x80 ? ids.get(String.fromCharCode(byte)) : undefined;
  }
}

/** How vocabularies with raw text write a byte that is no character: `<0x0A>`. */
export function byteTokenText(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}
