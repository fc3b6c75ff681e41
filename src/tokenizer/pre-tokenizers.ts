/** The values of `tokenizer.ggml.pre`. Source: llama.cpp 0c1e570, llama-vocab.cpp, `llama_vocab::impl::load`. */
import type { PatternFamily } from "./pre-tokenizer-patterns.ts";

export interface PreTokenizer {
  family: PatternFamily;
  /** Whether `detokenize` takes out the spaces before punctuation. */
  cleanSpaces: boolean;
  /** Whether a word that is a token stays whole, whatever its merges. */
  ignoreMerges: boolean;
  /** Whether a prompt begins with BOS, unless the metadata say otherwise. */
  addBos: boolean;
  /** Words are byte-encoded (GPT-2), or raw text with `▁` for a space and `<0xXX>` for bytes. */
  byteEncoded: boolean;
  /** Vocabularies of this kind have no BOS unless the metadata name one. */
  noDefaultBos: boolean;
}

type Flag = "keepSpaces" | "ignoreMerges" | "addBos" | "rawText" | "noDefaultBos";

/** family, the names that use it, and what else they have in common. */
const table: [family: PatternFamily, names: string, ...flags: Flag[]][] = [
  ["default", "default"],
  ["minicpm5", "minicpm5", "ignoreMerges"],
  [
    "llama3",
    "llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano",
    "ignoreMerges",
    "addBos",
  ],
  ["deepseekLlm", "deepseek-llm", "keepSpaces"],
  ["deepseekCoder", "deepseek-coder", "keepSpaces"],
  ["deepseek3", "deepseek-v3 hunyuan-dense hy_v4 joyai-llm", "keepSpaces"],
  ["spark", "spark2_5", "keepSpaces"],
  ["youtu", "youtu", "keepSpaces", "ignoreMerges"],
  ["falcon", "falcon"],
  [
    "gpt2",
    "gpt-2 phi-2 jina-es jina-de gigachat jina-v2-es jina-v2-de a.x-4.0 mellum modern-bert mpt olmo jais exaone4 " +
      "jina-v1-en jina-v2-code roberta-bpe",
  ],
  ["gpt2", "trillion granite-docling", "keepSpaces"],
  ["starcoder", "starcoder refact codeshell exaone minerva-7b mellum2"],
  ["starcoder", "command-r smollm", "keepSpaces"],
  ["jais2", "jais-2"],
  ["newlines", "gemma4 granite-embed-multi-311m", "rawText"],
  ["newlines", "sarvam-moe", "rawText", "keepSpaces"],
  ["whitespace", "whitespace", "rawText"],
  ["qwen2", "qwen2 deepseek-r1-qwen kormo f2llmv2 hunyuan grok-2 solar-open", "keepSpaces"],
  ["qwen2", "stablelm2 megrez"],
  ["qwen35", "qwen35", "keepSpaces"],
  ["llama3", "dbrx smaug-bpe"],
  ["llama3", "chatglm-bpe", "noDefaultBos"],
  ["llama3", "glm4 glm5", "noDefaultBos", "ignoreMerges"],
  ["poro", "poro-chat", "keepSpaces"],
  ["poro", "bloom gpt3-finnish"],
  ["viking", "viking", "keepSpaces"],
  ["tekken", "tekken", "keepSpaces", "ignoreMerges", "addBos"],
  ["exaoneMoe", "exaone-moe"],
  ["chameleon", "chameleon", "keepSpaces", "addBos"],
  ["gpt4o", "gpt-4o llama4 kanana2 talkie minimax-m2", "keepSpaces"],
  ["graniteEmbedding", "granite-embed-multi-97m", "keepSpaces", "ignoreMerges"],
  ["tinyAya", "tiny_aya cohere2moe", "keepSpaces"],
  ["superbpe", "superbpe", "keepSpaces"],
  ["bailing", "bailingmoe bailingmoe2 llada-moe", "keepSpaces"],
  ["seedCoder", "seed-coder", "keepSpaces"],
  ["kimi", "kimi-k2", "keepSpaces"],
  ["ufakzeka", "ufakzeka", "keepSpaces"],
  ["afmoe", "afmoe", "keepSpaces"],
  ["laguna", "laguna", "keepSpaces"],
];

/** Every name that Pellucid knows, with what it stands for. */
export const preTokenizers: ReadonlyMap<string, PreTokenizer> = new Map(
  table.flatMap(([family, names, ...flags]) =>
    names.split(" ").map((name): [string, PreTokenizer] => [
      name,
      {
        family,
        cleanSpaces: !flags.includes("keepSpaces"),
        ignoreMerges: flags.includes("ignoreMerges"),
        addBos: flags.includes("addBos"),
        byteEncoded: !flags.includes("rawText"),
        noDefaultBos: flags.includes("noDefaultBos"),
      },
    ]),
  ),
);
