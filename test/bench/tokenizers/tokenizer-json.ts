/**
 * A GGUF file's vocabulary as the `tokenizer.json` of Hugging Face's libraries, as far as a comparison needs it:
 * `node test/bench/tokenizers/tokenizer-json.ts IN.gguf OUT.json`. The format is that of the Rust crate `tokenizers`;
 * SentencePiece vocabularies become byte-pair ones as transformers' `convert_slow_tokenizer.py` makes them.
 */
import { writeFileSync } from "node:fs";
import type { TokenizerMetadata } from "../../../src/tokenizer/index.ts";
import { patternFamilies } from "../../../src/tokenizer/pre-tokenizer-patterns.ts";
import { preTokenizers } from "../../../src/tokenizer/pre-tokenizers.ts";
import { readMetadata } from "./vocabularies.ts";

const control = 3;
const userDefined = 4;

export function tokenizerJson(metadata: TokenizerMetadata): object {
  const tokens = metadata.strings("tokenizer.ggml.tokens");
  const types = metadata.numbers("tokenizer.ggml.token_type");
  const added = tokens.flatMap((content, id) => {
    const special = types[id] === control;
    return special || types[id] === userDefined ? [{ id, content, special, normalized: false }] : [];
  });
  const vocabulary = Object.fromEntries(tokens.map((text, id) => [text, id]));
  const isBytePair = metadata.string("tokenizer.ggml.model") === "gpt2";
  return {
    version: "1.0",
    added_tokens: added,
    post_processor: null,
    ...(isBytePair ? bytePair(metadata, vocabulary) : sentencePiece(metadata, tokens, vocabulary)),
  };
}

function bytePair(metadata: TokenizerMetadata, vocab: Record<string, number>): object {
  const { family, ignoreMerges } = preTokenizers.get(metadata.string("tokenizer.ggml.pre", "default"))!;
  const splits = patternFamilies[family].map((pattern) => {
    if (typeof pattern !== "string") throw new Error(`${family}: ${pattern.rule} has no counterpart`);
    return { type: "Split", pattern: { Regex: pattern }, behavior: "Isolated", invert: false };
  });
  const bytes = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false };
  return {
    normalizer: null,
    pre_tokenizer: { type: "Sequence", pretokenizers: [...splits, bytes] },
    model: { type: "BPE", vocab, merges: metadata.strings("tokenizer.ggml.merges"), ignore_merges: ignoreMerges },
    decoder: { type: "ByteLevel" },
  };
}

function sentencePiece(metadata: TokenizerMetadata, tokens: readonly string[], vocab: Record<string, number>): object {
  const scores = metadata.numbers("tokenizer.ggml.scores");
  const merges: { left: string; right: string; score: number }[] = [];
  tokens.forEach((text, id) => {
    for (let cut = 1; cut < text.length; cut++) {
      const [left, right] = [text.slice(0, cut), text.slice(cut)];
      if (left in vocab && right in vocab) merges.push({ left, right, score: scores[id] });
    }
  });
  merges.sort((a, b) => b.score - a.score || vocab[a.left] - vocab[b.left] || vocab[a.right] - vocab[b.right]);
  return {
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "Prepend", prepend: "▁" },
        { type: "Replace", pattern: { String: " " }, content: "▁" },
      ],
    },
    pre_tokenizer: null,
    model: {
      type: "BPE",
      vocab,
      merges: merges.map(({ left, right }) => [left, right]),
      unk_token: "<unk>",
      fuse_unk: true,
      byte_fallback: true,
    },
    decoder: { type: "Sequence", decoders: [{ type: "ByteFallback" }, { type: "Fuse" }] },
  };
}

if (import.meta.main) {
  const [input, output] = process.argv.slice(2);
  writeFileSync(output, JSON.stringify(tokenizerJson(await readMetadata(input))));
}
