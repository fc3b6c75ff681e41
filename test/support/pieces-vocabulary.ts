import type { TokenizerMetadata } from "../../src/tokenizer/index.ts";
import { byteCharacters, bytePairMetadata } from "../laws/tokenizer-vocabulary.ts";

/** Half of an "é". */
export const latinA = new Uint8Array([0xc3]);

/** Every byte, such pieces of text, marks as control tokens, and a token that ends the text; without merges. */
export function piecesMetadata(
  pieces: readonly (string | Uint8Array)[],
  marks: readonly string[] = [],
): TokenizerMetadata {
  const bytesOf = (piece: string | Uint8Array) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
  const written = pieces.map((piece) => Array.from(bytesOf(piece), (byte) => byteCharacters[byte]).join(""));
  const control = [...new Set([...marks, "<|endoftext|>"])];
  const tokens = [...new Set([...byteCharacters, ...written, ...control])];
  const end = tokens.indexOf("<|endoftext|>");
  return bytePairMetadata("gpt-2", {
    "tokenizer.ggml.tokens": tokens,
    "tokenizer.ggml.token_type": tokens.map((token) => (control.includes(token) ? 3 : 1)),
    "tokenizer.ggml.bos_token_id": end,
    "tokenizer.ggml.eos_token_id": end,
  });
}
