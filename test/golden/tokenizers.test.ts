import { readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { openGguf, openSource } from "../../src/gguf/index.ts";
import { type Tokenizer, createTokenizer } from "../../src/tokenizer/index.ts";
import { record } from "../support/record.ts";
import { itShared, shared, smollm2 } from "../support/shared.ts";

interface TokensCase {
  text: string;
  tokens: number[];
  with_special: number[];
  detokenized: string;
}

const vocabularies = ["smollm2", "gpt-2", "llama-bpe", "qwen2", "deepseek-coder", "falcon", "llama-spm", "phi-3"];

const vocabularyFile = (name: string): string =>
  name === "smollm2" ? smollm2 : shared("golden", "tokenizers", `ggml-vocab-${name}.gguf`);

async function tokenizerOf(name: string): Promise<Tokenizer> {
  const gguf = await openGguf(await openSource(vocabularyFile(name)));
  try {
    return createTokenizer(gguf.metadata);
  } finally {
    await gguf.close();
  }
}

describe.each(vocabularies)("%s: the same tokens as llama.cpp", (name) => {
  itShared("tokens, tokens with special ones, and the text back", async () => {
    const tokenizer = await tokenizerOf(name);
    const path = shared("golden", "tokenizers", `${name}.tokens.json`);
    const cases = JSON.parse(readFileSync(path, "utf8")) as TokensCase[];
    expect(cases.length).toBe(300);
    for (const { text, tokens, with_special, detokenized } of cases) {
      expect(tokenizer.encode(text, { addSpecial: false }), JSON.stringify(text)).toEqual(tokens);
      expect(tokenizer.encode(text, { parseSpecial: true }), JSON.stringify(text)).toEqual(with_special);
      expect(tokenizer.detokenize(tokens)).toBe(detokenized);
    }
    record(`tokenizer: ${name}, texts to tokens, with special ones, and back`, `${cases.length} equal`, "all 300");
  });

  if (name !== "smollm2") {
    itShared("llama.cpp's own cases", async () => {
      const tokenizer = await tokenizerOf(name);
      const inputs = readFileSync(`${vocabularyFile(name)}.inp`, "utf8").split("\n__ggml_vocab_test__\n");
      const outputs = readFileSync(`${vocabularyFile(name)}.out`, "utf8")
        .trimEnd()
        .split("\n");
      // The last input is followed by an end of file, not by a separator.
      expect(outputs.length).toBeGreaterThan(40);
      outputs.forEach((line, i) => {
        const expected = line.trim() === "" ? [] : line.trim().split(" ").map(Number);
        expect(tokenizer.encode(inputs[i], { addSpecial: false }), JSON.stringify(inputs[i])).toEqual(expected);
      });
      record(`tokenizer: ${name}, llama.cpp's own cases`, `${outputs.length} equal`, "all");
    });
  }
});
