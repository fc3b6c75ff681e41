import { openGguf, openSource } from "../../../src/gguf/index.ts";
import { createTokenizer } from "../../../src/tokenizer/index.ts";
import type { Tokenizer, TokenizerMetadata } from "../../../src/tokenizer/index.ts";
import { shared, smollm2 } from "../../support/shared.ts";

/** Those that golden results are there for. */
export const vocabularies = [
  "smollm2",
  "gpt-2",
  "llama-bpe",
  "qwen2",
  "deepseek-coder",
  "falcon",
  "llama-spm",
  "phi-3",
] as const;
export type VocabularyName = (typeof vocabularies)[number];

export function vocabularyFile(name: VocabularyName): string {
  return name === "smollm2" ? smollm2 : shared("golden", "tokenizers", `ggml-vocab-${name}.gguf`);
}

export async function readMetadata(path: string): Promise<TokenizerMetadata> {
  const gguf = await openGguf(await openSource(path));
  await gguf.close();
  return gguf.metadata;
}

export async function tokenizerOf(name: VocabularyName): Promise<Tokenizer> {
  return createTokenizer(await readMetadata(vocabularyFile(name)));
}
