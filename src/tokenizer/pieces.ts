/** The bytes that tokens stand for. Source: llama.cpp 0c1e570, llama-vocab.cpp, `token_to_piece`. */
import { unitToByte } from "./byte-alphabet.ts";
import { attribute } from "./token-attributes.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** How texts of normal tokens are written: GPT-2's byte alphabet, or with `▁` for a space. */
export type TextEncoding = "bytes" | "visibleSpaces";

/** Stands for a space in the texts of some vocabularies: U+2581. */
export const visibleSpace = "▁";

const encoder = new TextEncoder();

/** The bytes of a token, special tokens as their text. */
export function pieceOf(vocabulary: Vocabulary, encoding: TextEncoding, token: number): Uint8Array {
  const text = vocabulary.texts[token];
  const bits = vocabulary.attributes[token];
  if (bits & (attribute.unknown | attribute.control | attribute.userDefined)) return encoder.encode(text);
  if (bits & attribute.normal) {
    return encoding === "bytes" ? fromByteAlphabet(text) : encoder.encode(text.replaceAll(visibleSpace, " "));
  }
  if (bits & attribute.byte) return Uint8Array.of(parseInt(text.slice(3, 5), 16)); // <0x0A>
  return new Uint8Array(0);
}

function fromByteAlphabet(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const byte = unitToByte[character.codePointAt(0)!] ?? -1;
    if (byte >= 0) {
      bytes.push(byte);
    } else {
      // A token that isn't written in the alphabet; llama.cpp shows it like this.
      const hex = Array.from(encoder.encode(character), (value) => value.toString(16).padStart(2, "0")).join("");
      bytes.push(...encoder.encode(`[UNK_BYTE_0x${hex}${text}]`));
    }
  }
  return Uint8Array.from(bytes);
}
