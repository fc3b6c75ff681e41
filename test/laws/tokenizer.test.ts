import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Tokenizer, createTokenizer, preTokenizers } from "../../src/tokenizer/index.ts";
import { runCharacters } from "../bench/tokenizers/texts.ts";
import { tokenizerOf, vocabularies } from "../bench/tokenizers/vocabularies.ts";
import { property } from "../support/property.ts";
import { itShared } from "../support/shared.ts";
import { bytePairMetadata, sentencePieceMetadata } from "./tokenizer-vocabulary.ts";
import { arbitraryText, checkRange, checkRoundTrip, checkStreaming } from "./tokenizer.ts";

const arbitraryTokens = (tokenizer: Tokenizer) => fc.array(fc.nat(tokenizer.vocabularySize - 1), { maxLength: 40 });

/** The bytes that no token stands for: SmolLM2's and Falcon's vocabularies lack a few, and their characters are lost. */
function unwritableBytes(tokenizer: Tokenizer): Set<number> {
  const written = new Set<number>();
  for (let token = 0; token < tokenizer.vocabularySize; token++) {
    const [byte, ...more] = tokenizer.pieceBytes(token);
    if (more.length === 0) written.add(byte);
  }
  return new Set(Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !written.has(byte)));
}

function withoutBytes(text: string, bytes: ReadonlySet<number>): string {
  const hasNone = (character: string) => !Buffer.from(character).some((byte) => bytes.has(byte));
  return bytes.size === 0 ? text : Array.from(text).filter(hasNone).join("");
}

describe("a byte-pair vocabulary", () => {
  const tokenizer = createTokenizer(bytePairMetadata("gpt-2"));
  it("decode∘encode = identity", () => property(arbitraryText(), (text) => checkRoundTrip(tokenizer, text)));
  it("every text has tokens", () => property(arbitraryText(), (text) => checkRange(tokenizer, text)));
  it("streaming = whole", () => property(arbitraryTokens(tokenizer), (tokens) => checkStreaming(tokenizer, tokens)));
});

describe("a SentencePiece vocabulary", () => {
  const tokenizer = createTokenizer(sentencePieceMetadata());
  // A `▁` in the text is indistinguishable from a space, in every vocabulary of this kind.
  it("decode∘encode = identity", () =>
    property(arbitraryText(), (text) => checkRoundTrip(tokenizer, text.replaceAll("▁", " "))));
  it("every text has tokens", () => property(arbitraryText(), (text) => checkRange(tokenizer, text)));
  it("streaming = whole", () => property(arbitraryTokens(tokenizer), (tokens) => checkStreaming(tokenizer, tokens)));
});

// Vocabularies with raw text have no token for a byte here, so only the others give every text back.
describe.each(Array.from(preTokenizers).filter(([, { byteEncoded }]) => byteEncoded))("pre-tokenizer %s", (name) => {
  const tokenizer = createTokenizer(bytePairMetadata(name));
  it("loses nothing", () => property(arbitraryText(), (text) => checkRoundTrip(tokenizer, text), { runs: 100 }));
});

describe.each(vocabularies)("%s", (name) => {
  itShared("the same laws", async () => {
    const tokenizer = await tokenizerOf(name);
    const isSentencePiece = name === "llama-spm" || name === "phi-3";
    const lacking = unwritableBytes(tokenizer);
    await property(arbitraryText(), (text) => {
      checkRange(tokenizer, text);
      const writable = withoutBytes(text, lacking);
      checkRoundTrip(tokenizer, isSentencePiece ? writable.replaceAll("▁", " ") : writable);
    });
    await property(arbitraryTokens(tokenizer), (tokens) => checkStreaming(tokenizer, tokens));
  });

  itShared("long runs of one character come back", async () => {
    const tokenizer = await tokenizerOf(name);
    for (const character of runCharacters) checkRoundTrip(tokenizer, character.repeat(20_000));
  });
});

describe("hostile texts take linear time", () => {
  it.each(runCharacters)(
    "%j, 300,000 times",
    (character) => {
      for (const metadata of [
        bytePairMetadata("llama-bpe"),
        bytePairMetadata("deepseek-llm"),
        sentencePieceMetadata(),
      ]) {
        const text = character.repeat(300_000);
        const tokenizer = createTokenizer(metadata);
        const start = performance.now();
        const tokens = tokenizer.encode(text, { addSpecial: false });
        expect(performance.now() - start).toBeLessThan(5_000);
        expect(tokenizer.decode(tokens)).toBe(text.toWellFormed());
      }
    },
    15_000,
  );
});
