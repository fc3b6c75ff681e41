/** Laws of a tokenizer: what must hold for every text, whatever the vocabulary. */
import fc from "fast-check";

/** What the laws need of a tokenizer; `Tokenizer` is one. */
export interface LawfulTokenizer {
  readonly vocabularySize: number;
  encode(text: string, options?: { addSpecial?: boolean; parseSpecial?: boolean }): number[];
  decode(tokens: Iterable<number>): string;
  createDecoder(): { push(token: number): string; flush(): string };
}

/** Texts of every kind: prose, code, runs, any Unicode, lone surrogates, bytes as Latin-1, pieces of special tokens. */
export function arbitraryText(): fc.Arbitrary<string> {
  const run = fc.tuple(fc.constantFrom("a", " ", "\n", "\t", "é", "🦙", "9", "'", "\u3000"), fc.nat(80));
  const words = fc.constantFrom(
    "the",
    " hello",
    "'s",
    "'LL",
    "  ",
    "\r\n",
    "1234567",
    " <|im_start|>",
    "<tool>",
    "<s>",
    "漢字",
    "한국",
    "\u0301",
  );
  const part = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 20 }),
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.string({ unit: "grapheme-ascii", maxLength: 20 }),
    fc.array(fc.nat(0xffff), { maxLength: 10 }).map((units) => String.fromCharCode(...units)),
    fc.array(fc.nat(0xff), { maxLength: 20 }).map((bytes) => String.fromCharCode(...bytes)),
    run.map(([character, count]) => character.repeat(count)),
    fc.array(words, { maxLength: 8 }).map((parts) => parts.join("")),
  );
  return fc.array(part, { maxLength: 5 }).map((parts) => parts.join(""));
}

/** decode∘encode = identity; lone surrogates count as U+FFFD. */
export function checkRoundTrip(tokenizer: LawfulTokenizer, text: string): void {
  const decoded = tokenizer.decode(tokenizer.encode(text, { addSpecial: false }));
  if (decoded !== text.toWellFormed())
    throw new Error(`${JSON.stringify(text)} came back as ${JSON.stringify(decoded)}`);
}

/** Every text has tokens, and they are in the vocabulary. */
export function checkRange(tokenizer: LawfulTokenizer, text: string): void {
  for (const parseSpecial of [false, true]) {
    for (const token of tokenizer.encode(text, { parseSpecial })) {
      if (!Number.isInteger(token) || token < 0 || token >= tokenizer.vocabularySize) throw new Error(`token ${token}`);
    }
  }
}

/** Streaming = whole, whatever the tokens; and no part ends in half a character that the next one completes. */
export function checkStreaming(tokenizer: LawfulTokenizer, tokens: readonly number[]): void {
  const decoder = tokenizer.createDecoder();
  const parts = tokens.map((token) => decoder.push(token));
  parts.push(decoder.flush());
  const whole = tokenizer.decode(tokens);
  if (parts.join("") !== whole) throw new Error(`${JSON.stringify(parts)} is not ${JSON.stringify(whole)}`);
  if (parts.some((part) => !part.isWellFormed())) throw new Error(`half a character in ${JSON.stringify(parts)}`);
}
