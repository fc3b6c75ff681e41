import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openGguf, openSource } from "../../src/gguf/index.ts";
import { type Tokenizer, createTokenizer, preTokenizers } from "../../src/tokenizer/index.ts";
import { property } from "../support/property.ts";
import { itShared, shared } from "../support/shared.ts";
import { bytePairMetadata, sentencePieceMetadata } from "./tokenizer-vocabulary.ts";
import { arbitraryText, checkRange, checkRoundTrip, checkStreaming } from "./tokenizer.ts";

const arbitraryTokens = (tokenizer: Tokenizer) => fc.array(fc.nat(tokenizer.vocabularySize - 1), { maxLength: 40 });

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

describe.each(["llama-bpe", "qwen2", "llama-spm"])("%s", (name) => {
  itShared("the same laws", async () => {
    const gguf = await openGguf(await openSource(shared("golden", "tokenizers", `ggml-vocab-${name}.gguf`)));
    const tokenizer = createTokenizer(gguf.metadata);
    await gguf.close();
    await property(arbitraryText(), (text) => {
      checkRange(tokenizer, text);
      checkRoundTrip(tokenizer, name === "llama-spm" ? text.replaceAll("▁", " ") : text);
    });
    await property(arbitraryTokens(tokenizer), (tokens) => checkStreaming(tokenizer, tokens));
  });
});

describe("hostile texts take linear time", () => {
  it.each(["a", " ", "\n", "é", "'", "<", "1", "\ud800"])(
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
