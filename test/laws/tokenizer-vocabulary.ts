/** Small vocabularies for tests, as metadata. */
import type { TokenizerMetadata } from "../../src/tokenizer/index.ts";

/** Metadata from a plain object. */
export function metadataOf(values: Record<string, unknown>): TokenizerMetadata {
  const get = <T>(key: string, missing: T | undefined): T => {
    const value = (values[key] as T | undefined) ?? missing;
    if (value === undefined) throw new Error(`missing ${key}`);
    return value;
  };
  return { has: (key) => key in values, string: get, number: get, boolean: get, strings: get, numbers: get };
}

/** GPT-2's character for each byte. */
export const byteCharacters: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const visible = (b: number): boolean => (b >= 33 && b <= 126) || (b >= 161 && b !== 173);
  if (visible(byte)) return String.fromCharCode(byte);
  let hidden = 0;
  for (let b = 0; b < byte; b++) if (!visible(b)) hidden++;
  return String.fromCharCode(256 + hidden);
});

const merges = [
  "a a",
  "aa aa",
  "h e",
  "l l",
  "he ll",
  "hell o",
  "Ġ hello",
  "t h",
  "th e",
  "Ġ the",
  "Ġ Ġ",
  "ĠĠ ĠĠ",
  "Ã ©",
];

/** Every byte, a few merges, and three special tokens. */
export function bytePairMetadata(pre: string, extra: Record<string, unknown> = {}): TokenizerMetadata {
  const merged = merges.map((merge) => merge.replace(" ", ""));
  const special = ["<|endoftext|>", "<|im_start|>", "<tool>"];
  const tokens = [...byteCharacters, ...merged, ...special];
  return metadataOf({
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.pre": pre,
    "tokenizer.ggml.tokens": tokens,
    "tokenizer.ggml.token_type": tokens.map((token) => (token === "<tool>" ? 4 : special.includes(token) ? 3 : 1)),
    "tokenizer.ggml.merges": merges,
    "tokenizer.ggml.bos_token_id": tokens.length - 3,
    "tokenizer.ggml.eos_token_id": tokens.length - 3,
    "tokenizer.ggml.add_bos_token": true,
    ...extra,
  });
}

const pieces = [
  "▁",
  "▁▁",
  "▁▁▁▁",
  "a",
  "b",
  "c",
  "aa",
  "ab",
  "▁a",
  "▁aa",
  "aaaa",
  "bc",
  "abc",
  "é",
  "▁the",
  "t",
  "h",
  "e",
  "th",
  "the",
];

/** Bytes, and pieces whose scores fall with their place. */
export function sentencePieceMetadata(extra: Record<string, unknown> = {}): TokenizerMetadata {
  const bytes = Array.from({ length: 256 }, (_, b) => `<0x${b.toString(16).toUpperCase().padStart(2, "0")}>`);
  const tokens = ["<unk>", "<s>", "</s>", ...bytes, ...pieces];
  return metadataOf({
    "tokenizer.ggml.model": "llama",
    "tokenizer.ggml.tokens": tokens,
    "tokenizer.ggml.scores": tokens.map((_, id) => -id),
    "tokenizer.ggml.token_type": tokens.map((_, id) => (id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1)),
    ...extra,
  });
}
