import { describe, expect, it } from "vitest";
import { TokenizerError } from "../../../src/errors.ts";
import { createTokenizer } from "../../../src/tokenizer/index.ts";
import { cleanUpSpaces } from "../../../src/tokenizer/clean-up.ts";
import { bytePairMetadata, metadataOf, sentencePieceMetadata } from "../../laws/tokenizer-vocabulary.ts";

const texts = (tokenizer: ReturnType<typeof createTokenizer>, tokens: number[]): string[] =>
  tokens.map((token) => tokenizer.tokenText(token));

describe("byte pairs", () => {
  const tokenizer = createTokenizer(bytePairMetadata("gpt-2"));

  it("merges within words", () => {
    expect(texts(tokenizer, tokenizer.encode("hello hello", { addSpecial: false }))).toEqual(["hello", "Ġhello"]);
    expect(texts(tokenizer, tokenizer.encode("aaaaaaa", { addSpecial: false }))).toEqual(["aaaa", "aa", "a"]);
  });

  it("adds BOS, and reads control tokens only when asked to", () => {
    expect(texts(tokenizer, tokenizer.encode("a"))).toEqual(["<|endoftext|>", "a"]);
    expect(tokenizer.encode("<|im_start|>", { addSpecial: false }).length).toBeGreaterThan(1);
    expect(texts(tokenizer, tokenizer.encode("a<|im_start|>a", { parseSpecial: true }))).toEqual([
      "<|endoftext|>",
      "a",
      "<|im_start|>",
      "a",
    ]);
    expect(texts(tokenizer, tokenizer.encode("<tool>", { addSpecial: false }))).toEqual(["<tool>"]);
  });

  it("decodes with and without control tokens", () => {
    const tokens = tokenizer.encode("<|im_start|>the<tool>", { parseSpecial: true });
    expect(tokenizer.decode(tokens)).toBe("<|endoftext|><|im_start|>the<tool>");
    expect(tokenizer.decode(tokens, { special: false })).toBe("the<tool>");
  });

  it("holds back half characters", () => {
    const decoder = tokenizer.createDecoder();
    const [first, second, third] = tokenizer.encode("€", { addSpecial: false });
    expect([first, second, third].map((token) => decoder.push(token))).toEqual(["", "", "€"]);
    decoder.push(first);
    expect(decoder.flush()).toBe("\ufffd");
    expect(tokenizer.decode([tokenizer.tokenId("é") ?? -1])).toBe("\ufffd");
  });

  it("knows what ends a generation", () => {
    expect(tokenizer.isEndOfGeneration(tokenizer.eos ?? -1)).toBe(true);
    expect(tokenizer.eot).toBe(tokenizer.tokenId("<|endoftext|>"));
    expect(tokenizer.isEndOfGeneration(tokenizer.tokenId("a") ?? -1)).toBe(false);
    expect(tokenizer.tokenType(tokenizer.tokenId("<tool>") ?? -1)).toBe("user-defined");
    expect(tokenizer.tokenType(tokenizer.tokenId("<|im_start|>") ?? -1)).toBe("control");
  });
});

describe("SentencePiece", () => {
  const tokenizer = createTokenizer(sentencePieceMetadata());

  it("puts a space first, joins the best scores first, and falls back to bytes", () => {
    expect(texts(tokenizer, tokenizer.encode("the €"))).toEqual(["<s>", "▁the", "▁", "<0xE2>", "<0x82>", "<0xAC>"]);
    expect(tokenizer.encode("")).toEqual([tokenizer.bos]);
  });

  it("takes the space away again, unless the tokens go on with a text", () => {
    const tokens = tokenizer.encode("the", { addSpecial: false });
    expect(tokenizer.decode(tokens)).toBe("the");
    expect(tokenizer.decode(tokens, { continuation: true })).toBe(" the");
  });

  it("phi-3's special tokens swallow the space after them", () => {
    const phi = createTokenizer(sentencePieceMetadata({ "general.name": "Phi-3 mini" }));
    const text = "</s>  the";
    expect(texts(phi, phi.encode(text, { addSpecial: false, parseSpecial: true }))).toEqual(["</s>", "▁the"]);
    expect(texts(tokenizer, tokenizer.encode(text, { addSpecial: false, parseSpecial: true }))).not.toEqual([
      "</s>",
      "▁the",
    ]);
  });
});

describe("WordPiece", () => {
  const tokens = ["[UNK]", "[CLS]", "[SEP]", "▁he", "llo", "▁,", "▁e", "▁漢"];
  const tokenizer = createTokenizer(
    metadataOf({
      "tokenizer.ggml.model": "bert",
      "tokenizer.ggml.tokens": tokens,
      "tokenizer.ggml.token_type": tokens.map((_, id) => (id < 3 ? 3 : 1)),
      "tokenizer.ggml.bos_token_id": 1,
      "tokenizer.ggml.seperator_token_id": 2,
      "tokenizer.ggml.unknown_token_id": 0,
    }),
  );

  it("small letters without accents, the longest tokens, punctuation and Chinese characters alone", () => {
    expect(texts(tokenizer, tokenizer.encode("HELLO,é漢 hex"))).toEqual([
      "[CLS]",
      "▁he",
      "llo",
      "▁,",
      "▁e",
      "▁漢",
      "[UNK]",
      "[SEP]",
    ]);
  });
});

describe("refusals", () => {
  const failure = (metadata: Parameters<typeof createTokenizer>[0]): TokenizerError => {
    try {
      createTokenizer(metadata).encode("a");
    } catch (error) {
      if (error instanceof TokenizerError) return error;
      throw error;
    }
    throw new Error("no error");
  };

  it("an unknown pre-tokenizer: the nearest known one", () => {
    const error = failure(bytePairMetadata("lama-bpe"));
    expect(error.code).toBe("UNSUPPORTED_PRE_TOKENIZER");
    expect(error.message).toContain('"llama-bpe"');
  });

  it("an unknown model: the known ones", () => {
    const error = failure(metadataOf({ "tokenizer.ggml.model": "rwkv", "tokenizer.ggml.tokens": ["a"] }));
    expect(error.code).toBe("UNSUPPORTED_MODEL");
    expect(error.message).toContain("llama");
  });

  it("metadata without tokens, merges or enough types", () => {
    expect(failure(metadataOf({ "tokenizer.ggml.model": "llama" })).code).toBe("NO_VOCABULARY");
    expect(failure(metadataOf({ "tokenizer.ggml.model": "gpt2", "tokenizer.ggml.tokens": ["a"] })).code).toBe(
      "NO_MERGES",
    );
    expect(failure(bytePairMetadata("gpt-2", { "tokenizer.ggml.token_type": [1] })).code).toBe("BAD_VOCABULARY");
  });

  it.each([-1, 1.5, 1e9, NaN])("token %d", (token) => {
    expect(() => createTokenizer(bytePairMetadata("gpt-2")).decode([token])).toThrow(TokenizerError);
  });
});

it("cleans up spaces as llama.cpp does", () => {
  expect(cleanUpSpaces("Hi , you ! it 's a ' b ' we 're I 'll")).toBe("Hi, you! it's a'b'we're I 'll");
});
