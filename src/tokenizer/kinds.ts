/** What `tokenizer.ggml.model` and `tokenizer.ggml.pre` decide about a tokenizer. */
import { TokenizerError } from "../errors.ts";
import { readMerges } from "./byte-pair-merges.ts";
import { BytePairEncoder } from "./byte-pair.ts";
import type { Encoder } from "./encoder.ts";
import type { TokenizerMetadata } from "./metadata.ts";
import { nearestName } from "./nearest-name.ts";
import type { TextEncoding } from "./pieces.ts";
import type { PreTokenizer } from "./pre-tokenizers.ts";
import { preTokenizers } from "./pre-tokenizers.ts";
import { WordPieceEncoder } from "./word-piece.ts";
import { SentencePieceEncoder } from "./sentence-piece.ts";
import type { DefaultIds, SpecialTokens } from "./special-tokens.ts";
import type { Vocabulary } from "./vocabulary.ts";

export interface TokenizerKind {
  addBos: boolean;
  addEos: boolean;
  /** End with the separator, whatever `addEos` says (BERT). */
  addSeparator: boolean;
  addSpacePrefix: boolean;
  cleanSpaces: boolean;
  textEncoding: TextEncoding;
  /** Called at the first use: building tables of merges takes a while. */
  createEncoder(): Encoder;
}

/** A kind before its vocabulary is read. */
export interface KindRecipe {
  defaults: DefaultIds;
  create(vocabulary: Vocabulary, special: SpecialTokens): TokenizerKind;
}

const models = ["gpt2", "gemma4", "llama", "bert"];

/** Other kinds that llama.cpp knows, and what works most like them: pieces with scores, or merges of bytes. */
const likeModels = new Map([
  ["t5", "llama"],
  ["plamo2", "llama"],
  ["rwkv", "gpt2"],
  ["hybriddna", "gpt2"],
]);

/** @throws TokenizerError `UNSUPPORTED_MODEL`, `UNSUPPORTED_PRE_TOKENIZER` */
export function kindOf(metadata: TokenizerMetadata): KindRecipe {
  const model = metadata.string("tokenizer.ggml.model", "");
  if (model === "gpt2" || model === "gemma4") return bytePair(metadata, model === "gemma4");
  if (model === "llama") return sentencePiece(metadata);
  if (model === "bert") return wordPiece(metadata);
  const nearest = likeModels.get(model) ?? nearestName(model, models);
  const what =
    model === ""
      ? `the metadata have no "tokenizer.ggml.model"; supported are ${models.join(", ")}`
      : `tokenizer model ${quoted(model)} is not supported; the nearest that is: "${nearest}" (of ${models.join(", ")})`;
  throw new TokenizerError("UNSUPPORTED_MODEL", `${what}; docs/tokenizer.md tells them apart`);
}

function flag(metadata: TokenizerMetadata, name: string, usual: boolean): boolean {
  return metadata.boolean(`tokenizer.ggml.${name}`, usual);
}

function bytePair(metadata: TokenizerMetadata, gemma4: boolean): KindRecipe {
  const name = gemma4 ? "gemma4" : metadata.string("tokenizer.ggml.pre", "") || "default";
  const preTokenizer = findPreTokenizer(name);
  const visibleSpaces = preTokenizer.family === "newlines";
  const wholeNewlines = visibleSpaces && name !== "sarvam-moe";
  return {
    // Where the file names no tokens, llama.cpp takes Falcon's.
    defaults: gemma4 ? {} : { ...(preTokenizer.noDefaultBos ? {} : { bos: 11 }), eos: 11 },
    create: (vocabulary) => ({
      addBos: wholeNewlines || flag(metadata, "add_bos_token", preTokenizer.addBos),
      addEos: flag(metadata, "add_eos_token", false),
      addSeparator: false,
      addSpacePrefix: flag(metadata, "add_space_prefix", false),
      cleanSpaces: preTokenizer.cleanSpaces,
      textEncoding: visibleSpaces ? "visibleSpaces" : "bytes",
      createEncoder: () =>
        new BytePairEncoder(vocabulary, readMerges(metadata, vocabulary), {
          preTokenizer,
          visibleSpaces,
          wholeNewlines,
        }),
    }),
  };
}

function findPreTokenizer(name: string): PreTokenizer {
  const found = preTokenizers.get(name);
  if (found !== undefined) return found;
  const nearest = nearestName(name, preTokenizers.keys());
  throw new TokenizerError(
    "UNSUPPORTED_PRE_TOKENIZER",
    `pre-tokenizer ${quoted(name)} (tokenizer.ggml.pre) is not supported; the nearest that is: "${nearest}"; ` +
      `docs/tokenizer.md shows how to add one`,
  );
}

/** A name from a file, in one short line. */
function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 64));
}

function sentencePiece(metadata: TokenizerMetadata): KindRecipe {
  const addSpacePrefix = flag(metadata, "add_space_prefix", true);
  return {
    defaults: { bos: 1, eos: 2, unknown: 0 },
    create: (vocabulary, special) => ({
      addBos: flag(metadata, "add_bos_token", true),
      addEos: flag(metadata, "add_eos_token", false),
      addSeparator: false,
      addSpacePrefix,
      cleanSpaces: false,
      textEncoding: "visibleSpaces",
      createEncoder: () => new SentencePieceEncoder(vocabulary, addSpacePrefix, special.unknown),
    }),
  };
}

function wordPiece(metadata: TokenizerMetadata): KindRecipe {
  const lowerCase = flag(metadata, "normalizer.lowercase", true);
  const stripAccents = flag(metadata, "normalizer.strip_accents", lowerCase);
  return {
    defaults: { bos: 101, unknown: 100, separator: 102 },
    create: (vocabulary, special) => ({
      addBos: true,
      addEos: false,
      addSeparator: true,
      addSpacePrefix: flag(metadata, "add_space_prefix", false),
      cleanSpaces: true,
      textEncoding: "visibleSpaces",
      createEncoder: () => new WordPieceEncoder(vocabulary, special.unknown, { lowerCase, stripAccents }),
    }),
  };
}
