import { TokenizerError } from "../errors.ts";
import type { TokenizerMetadata } from "./metadata.ts";
import { PairTable } from "./pair-table.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { maxTokens } from "./vocabulary.ts";

/**
 * Symbols are numbers: the token's where the vocabulary has the text, else one of their own after all tokens. So merges
 * can pass through texts that are no tokens, as they do in a few vocabularies.
 */
export interface Merges {
  rank(left: number, right: number): number;
  join(left: number, right: number): number;
  /** The symbol of a text; made when it is asked for first. */
  symbolOf(text: string): number;
  /** Texts of the symbols that are no tokens, from number `texts.length` on. */
  readonly extraTexts: readonly string[];
}

/** @throws TokenizerError `NO_MERGES`, `BAD_VOCABULARY` */
export function readMerges(metadata: TokenizerMetadata, vocabulary: Vocabulary): Merges {
  const key = "tokenizer.ggml.merges";
  const optional = metadata.string("tokenizer.ggml.pre", "") === "kimi-k2";
  if (!metadata.has(key) && !optional) {
    throw new TokenizerError("NO_MERGES", `the metadata have no "${key}", which a byte-pair vocabulary needs`);
  }
  const merges = metadata.has(key) ? metadata.strings(key) : [];
  if (merges.length > maxTokens) {
    throw new TokenizerError("BAD_VOCABULARY", `"${key}" has ${merges.length} entries, more than ${maxTokens}`);
  }

  const { ids, texts } = vocabulary;
  const extraTexts: string[] = [];
  const extras = new Map<string, number>();
  const symbolOf = (text: string): number => {
    let symbol = ids.get(text) ?? extras.get(text);
    if (symbol === undefined) {
      symbol = texts.length + extraTexts.length;
      extras.set(text, symbol);
      extraTexts.push(text);
    }
    return symbol;
  };

  const ranks = new PairTable(merges.length);
  const joined = new Int32Array(merges.length);
  for (let rank = 0; rank < merges.length; rank++) {
    const merge = merges[rank];
    const cut = merge.indexOf(" ", 1); // A part may begin with a space, but not have one inside.
    if (cut < 0) continue;
    const left = merge.slice(0, cut);
    const right = merge.slice(cut + 1);
    joined[rank] = symbolOf(left + right);
    ranks.add(symbolOf(left), symbolOf(right), rank);
  }
  return {
    rank: (left, right) => ranks.get(left, right),
    join: (left, right) => joined[ranks.get(left, right)],
    symbolOf,
    extraTexts,
  };
}
