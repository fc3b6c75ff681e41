/**
 * SentencePiece vocabularies with scores (`tokenizer.ggml.model` = "llama"): neighbours whose joined text is a token
 * merge, the highest score first; characters that are no tokens become bytes. Source: llama.cpp 0c1e570,
 * llama-vocab.cpp, `llm_tokenizer_spm_session`.
 */
import { byteTokenText } from "./byte-pair.ts";
import type { Encoder } from "./encoder.ts";
import type { IntList } from "./int-list.ts";
import type { PairRanks } from "./merger.ts";
import { mergeSymbols } from "./merger.ts";
import { visibleSpace } from "./pieces.ts";
import { PairTable } from "./pair-table.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { maxCachedLength, WordCache } from "./word-cache.ts";

const visibleSpaceUnit = 0x2581;

/** Remembered pairs; more than that, and they are forgotten and looked up anew. */
const maxPairs = 1 << 20;

export class SentencePieceEncoder implements Encoder, PairRanks {
  readonly #vocabulary: Vocabulary;
  readonly #addSpacePrefix: boolean;
  readonly #unknown: number | undefined;
  readonly #cache = new WordCache();
  /** The place of each token's score among all scores, the highest first. */
  readonly #ranks: Int32Array;
  /** Marks the pairs of UTF-16 units that stand side by side in a token: between others nothing merges. */
  readonly #neighbours: Uint8Array;
  /** Pair → joined token + 1; 0: no token. */
  #pairs = new PairTable(1 << 12);
  /** Characters that are no tokens are numbered after the tokens. */
  readonly #extras = new Map<string, number>();
  readonly #extraTexts: string[] = [];

  constructor(vocabulary: Vocabulary, addSpacePrefix: boolean, unknown: number | undefined) {
    this.#vocabulary = vocabulary;
    this.#addSpacePrefix = addSpacePrefix;
    this.#unknown = unknown;
    this.#ranks = rankScores(vocabulary);
    this.#neighbours = neighboursIn(vocabulary.texts);
  }

  encode(text: string, start: number, end: number, first: boolean, output: IntList): void {
    let from = start;
    if (first && this.#addSpacePrefix) {
      from = this.#wordEnd(text, start, end);
      const word = visibleSpace + text.slice(start, from);
      this.#encodeWord(word, 0, word.length, output);
    }
    while (from < end) {
      const to = this.#wordEnd(text, from, end);
      this.#encodeWord(text, from, to, output);
      from = to;
    }
  }

  /** The first place after `start` over which nothing merges. */
  #wordEnd(text: string, start: number, end: number): number {
    const neighbours = this.#neighbours;
    let before = spaced(text.charCodeAt(start));
    for (let at = start + 1; at < end; at++) {
      const after = spaced(text.charCodeAt(at));
      if (neighbours[pairCode(before, after)] === 0 && (after & 0xfc00) !== 0xdc00) return at;
      before = after;
    }
    return end;
  }

  rank(left: number, right: number): number {
    const joined = this.#joined(left, right);
    return joined < 0 ? -1 : this.#ranks[joined];
  }

  join(left: number, right: number): number {
    return this.#joined(left, right);
  }

  #joined(left: number, right: number): number {
    const known = this.#pairs.get(left, right);
    if (known >= 0) return known - 1;
    const joined = this.#vocabulary.ids.get(this.#textOf(left) + this.#textOf(right)) ?? -1;
    if (this.#pairs.size >= maxPairs) this.#pairs = new PairTable(1 << 12);
    this.#pairs.add(left, right, joined + 1);
    return joined;
  }

  #textOf(symbol: number): string {
    const { texts } = this.#vocabulary;
    return symbol < texts.length ? texts[symbol] : this.#extraTexts[symbol - texts.length];
  }

  #encodeWord(text: string, start: number, end: number, output: IntList): void {
    if (end - start > maxCachedLength) {
      this.#merge(text, start, end, output);
    } else if (!this.#cache.find(text, start, end, output)) {
      const before = output.length;
      this.#merge(text, start, end, output);
      this.#cache.add(text, start, end, output, before);
    }
  }

  #merge(text: string, start: number, end: number, output: IntList): void {
    const symbols = new Int32Array(end - start);
    let length = 0;
    for (let at = start; at < end;) {
      const width = text.codePointAt(at)! > 0xffff ? 2 : 1;
      const character = text.slice(at, at + width);
      symbols[length++] = this.#symbolOf(character === " " ? visibleSpace : character);
      at += width;
    }
    const count = mergeSymbols(symbols, length, this);
    const tokens = this.#vocabulary.texts.length;
    for (let i = 0; i < count; i++) {
      const symbol = symbols[i];
      if (symbol < tokens) output.push(symbol);
      else this.#pushBytes(this.#textOf(symbol), output);
    }
  }

  #symbolOf(character: string): number {
    let symbol = this.#vocabulary.ids.get(character) ?? this.#extras.get(character);
    if (symbol === undefined) {
      symbol = this.#vocabulary.texts.length + this.#extraTexts.length;
      this.#extras.set(character, symbol);
      this.#extraTexts.push(character);
    }
    return symbol;
  }

  #pushBytes(character: string, output: IntList): void {
    const { ids } = this.#vocabulary;
    for (const byte of new TextEncoder().encode(character)) {
      const asText = byte < 0x80 ? ids.get(String.fromCharCode(byte)) : undefined;
      const token = ids.get(byteTokenText(byte)) ?? asText ?? this.#unknown;
      if (token !== undefined) output.push(token);
    }
  }
}

function rankScores({ scores, texts }: Vocabulary): Int32Array {
  const ranks = new Int32Array(texts.length);
  if (scores.length === 0) return ranks;
  const distinct = Float32Array.from(new Set(scores)).sort().reverse();
  const places = new Map<number, number>();
  distinct.forEach((score, place) => places.set(score, place));
  for (let id = 0; id < texts.length; id++) ranks[id] = places.get(scores[id])!;
  return ranks;
}

/** A space is what stands for one. */
function spaced(unit: number): number {
  return unit === visibleSpaceUnit ? 0x20 : unit;
}

/** Different for all pairs in ASCII; elsewhere a few pairs that no token has share the number of one that some token has. */
function pairCode(before: number, after: number): number {
  return ((before << 7) ^ after) & 0xffff;
}

function neighboursIn(texts: readonly string[]): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (const text of texts) {
    for (let at = 1; at < text.length; at++) {
      table[pairCode(spaced(text.charCodeAt(at - 1)), spaced(text.charCodeAt(at)))] = 1;
    }
  }
  return table;
}
