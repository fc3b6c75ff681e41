/** Texts to tokenize, of any length in UTF-8 bytes. Always the same. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { shared } from "../../support/shared.ts";
import { root } from "../support/folders.ts";

export const textKinds = ["prose", "code", "one letter", "random Unicode"] as const;
export type TextKind = (typeof textKinds)[number];

/** Characters whose runs patterns and merges treat differently. */
export const runCharacters = ["a", " ", "\n", "é", "'", "<", "1", "漢", "🦙", "\ud800"] as const;

/** A text that doesn't repeat, except "one letter", and is as long as wanted, but for half a character. */
export function textOf(kind: TextKind, bytes: number): string {
  switch (kind) {
    case "prose": // stories; what parts them is a special token of some vocabularies
      return cut(Buffer.from(corpus().replaceAll("<|endoftext|>", "")), bytes);
    case "code":
      return cut(code(), bytes);
    case "one letter":
      return "a".repeat(bytes);
    case "random Unicode":
      return randomUnicode(bytes);
  }
}

/** The same text in pieces of about `bytes` bytes. */
export function piecesOf(text: string, bytes: number): string[] {
  const encoded = Buffer.from(text);
  const pieces: string[] = [];
  for (let at = 0; at < encoded.length;) {
    const piece = cut(encoded.subarray(at), bytes);
    pieces.push(piece);
    at += Buffer.byteLength(piece);
  }
  return pieces;
}

/** The text of the first bytes, without the half of a character at their end. */
function cut(text: Uint8Array, bytes: number): string {
  let end = Math.min(bytes, text.length);
  while (end < text.length && (text[end] & 0xc0) === 0x80) end--;
  return Buffer.from(text.subarray(0, end)).toString();
}

function corpus(): string {
  return gunzipSync(readFileSync(shared("corpus", "train-0.txt.gz"))).toString();
}

/** The TypeScript compiler and its declarations. */
function code(): Uint8Array {
  const folder = join(root, "node_modules/typescript/lib");
  const declarations = readdirSync(folder).filter((name) => /^lib\..*\.d\.ts$/.test(name));
  return Buffer.concat(["typescript.js", ...declarations.sort()].map((name) => readFileSync(join(folder, name))));
}

/** Code points of all planes, surrogates left out; half of them below U+3000, where most scripts are. xorshift32 (Marsaglia 2003). */
function randomUnicode(bytes: number): string {
  let state = 20261124;
  const next = (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  const parts: string[] = [];
  for (let length = 0; length < bytes;) {
    const point = next(2) === 0 ? next(0x3000) : next(0x110000);
    if (point >= 0xd800 && point < 0xe000) continue;
    parts.push(String.fromCodePoint(point));
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return parts.join("");
}
