/** Finding added and control tokens in a text. Source: llama.cpp 0c1e570, llama-vocab.cpp, `tokenizer_st_partition`. */
import { attribute } from "./token-attributes.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A token, or a stretch of text that has none in it: UTF-16 offsets, end exclusive. */
export type Fragment = number | { start: number; end: number };

/**
 * User-defined tokens and, where `special`, control and unknown tokens; those with the longest text (in UTF-8) first.
 */
export function tokensToFind({ texts, attributes }: Vocabulary, special: boolean): number[] {
  const hidden = attribute.control | attribute.unknown;
  const encoder = new TextEncoder();
  const found: { id: number; length: number }[] = [];
  texts.forEach((text, id) => {
    const bits = attributes[id];
    const wanted = special ? bits & (hidden | attribute.userDefined) : bits & attribute.userDefined && !(bits & hidden);
    if (wanted) found.push({ id, length: encoder.encode(text).length });
  });
  return found.sort((a, b) => b.length - a.length).map(({ id }) => id);
}

/** Reads which tokens occur in a text at all: a trie over UTF-16 units, walked from each place where one may begin. */
interface TrieNode {
  next: Map<number, TrieNode>;
  token: number | undefined;
}

export class Partitioner {
  readonly #vocabulary: Vocabulary;
  /** In the order in which they claim their places. */
  readonly #tokens: readonly number[];
  readonly #root: TrieNode = { next: new Map(), token: undefined };
  /** 1 for each UTF-16 unit that a token begins with. */
  readonly #starts = new Uint8Array(0x10000);

  /** `tokens` as `tokensToFind` orders them. */
  constructor(vocabulary: Vocabulary, tokens: readonly number[]) {
    this.#vocabulary = vocabulary;
    this.#tokens = tokens;
    for (const token of tokens) {
      const text = vocabulary.texts[token];
      let node = this.#root;
      for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i);
        let child = node.next.get(unit);
        if (child === undefined) node.next.set(unit, (child = { next: new Map(), token: undefined }));
        node = child;
      }
      node.token ??= token;
      this.#starts[text.charCodeAt(0)] = 1;
    }
  }

  /** Cuts the text at its tokens; an earlier (longer) token takes its places before a later one looks for its own. */
  partition(text: string): Fragment[] {
    let fragments: Fragment[] = text === "" ? [] : [{ start: 0, end: text.length }];
    const present = this.#present(text);
    if (present.size === 0) return fragments;
    for (const token of this.#tokens) {
      if (!present.has(token)) continue;
      fragments = this.#cut(text, fragments, token);
    }
    return fragments;
  }

  #cut(text: string, fragments: Fragment[], token: number): Fragment[] {
    const needle = this.#vocabulary.texts[token];
    const bits = this.#vocabulary.attributes[token];
    const cut: Fragment[] = [];
    let match = -1; // The first occurrence at or after the place that was looked at last; text.length: none.
    for (const fragment of fragments) {
      if (typeof fragment === "number") {
        cut.push(fragment);
        continue;
      }
      let from = fragment.start;
      for (;;) {
        if (match < from) {
          match = text.indexOf(needle, from);
          if (match < 0) match = text.length;
        }
        if (match + needle.length > fragment.end) break;
        let left = match;
        if (bits & attribute.stripLeft) while (left > from && isSpace(text.charCodeAt(left - 1))) left--;
        if (left > from) cut.push({ start: from, end: left });
        cut.push(token);
        from = match + needle.length;
        if (bits & attribute.stripRight) while (from < fragment.end && isSpace(text.charCodeAt(from))) from++;
      }
      if (from < fragment.end) cut.push({ start: from, end: fragment.end });
    }
    return cut;
  }

  #present(text: string): Set<number> {
    const found = new Set<number>();
    if (this.#tokens.length === 0) return found;
    const starts = this.#starts;
    for (let at = 0; at < text.length; at++) {
      if (starts[text.charCodeAt(at)] === 0) continue;
      let node: TrieNode | undefined = this.#root;
      for (let i = at; i < text.length; i++) {
        node = node.next.get(text.charCodeAt(i));
        if (node === undefined) break;
        if (node.token !== undefined) found.add(node.token);
      }
    }
    return found;
  }
}

/** What C's `isspace` takes for white space. */
function isSpace(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
}
