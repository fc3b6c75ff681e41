/** What is not supported is refused by name, with the nearest that is and the chapter that shows how to add one. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PellucidError } from "../../../src/errors.ts";
import { Metadata, type MetadataValue, openGguf, openSource } from "../../../src/gguf/index.ts";
import { loadModel } from "../../../src/index.ts";
import { readConfig } from "../../../src/model/index.ts";
import { dtypes } from "../../../src/tensor/index.ts";
import { requireFormat } from "../../../src/tensor/reference-weight.ts";
import { createTokenizer } from "../../../src/tokenizer/index.ts";
import { bytePairMetadata, metadataOf } from "../../laws/tokenizer-vocabulary.ts";
import { root } from "../../support/built.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

async function refusalOf(run: () => unknown): Promise<PellucidError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof PellucidError) return error;
    throw error;
  }
  throw new Error("not refused");
}

/** The refusal, whose one line names the thing, the nearest and a chapter that is there. */
async function check(run: () => unknown, code: string, named: string, nearest: string): Promise<void> {
  const { code: found, message } = await refusalOf(run);
  expect(found).toBe(code);
  expect(message).toContain(`"${named}"`);
  expect(message).toContain(`that is: "${nearest}"`);
  expect(message).not.toContain("\n");
  const chapter = /docs\/[a-z-]+\.md/.exec(message)?.[0] ?? "none";
  expect(existsSync(join(root, chapter))).toBe(true);
}

const text = (value: string): MetadataValue => ({ type: "string", value });

/** A model whose last tensor, `output_norm.weight`, says that it is of another type. */
async function withTensorType(type: number): Promise<Uint8Array> {
  const bytes = Buffer.from(await tinyLlama());
  const name = "output_norm.weight";
  bytes.writeUInt32LE(type, bytes.lastIndexOf(name) + name.length + 4 + 8);
  return new Uint8Array(bytes);
}

describe("refusals", () => {
  it.each([
    ["mamba", "gemma"],
    ["qwen2vl", "qwen2"],
    ["falcon-h1", "falcon"],
  ])("architecture %s", async (name, nearest) => {
    const metadata = new Metadata([["general.architecture", text(name)]]);
    await check(() => readConfig(metadata, 1), "UNSUPPORTED_ARCHITECTURE", name, nearest);
  });

  it.each([
    ["Q8_1", "Q8_0"],
    ["Q8_K", "Q8_0"],
    ["F64", "F32"],
    ["I16", "F16"],
    ["I8", "Q8_0"],
  ])("format %s", async (name, nearest) => {
    const dtype = dtypes.find((type) => type.name === name)!;
    const source = { name: "w", dtype, rows: 1, columns: 256, read: () => Promise.resolve(new Uint8Array()) };
    await check(() => requireFormat(source), "UNSUPPORTED_FORMAT", name, nearest);
  });

  it("a model with a tensor of such a format", async () => {
    const bytes = await withTensorType(24);
    await check(() => loadModel(bytes), "UNSUPPORTED_FORMAT", "I8", "Q8_0");
  });

  it("a tensor type that ggml has given up, and one that is newer than this", async () => {
    const open = async (type: number) => openGguf(await openSource(await withTensorType(type)));
    await check(() => open(31), "UNKNOWN_TENSOR_TYPE", "Q4_0_4_4", "Q4_0");
    const { message } = await refusalOf(() => open(99));
    expect(message).toContain('tensor "output_norm.weight"');
    expect(message).toContain('tensor type 99 is not known; the newest that is: 42, "Q2_0"; docs/adding-a-format.md');
  });

  it.each([
    ["rwkv", "gpt2"],
    ["t5", "llama"],
    ["lama", "llama"],
    ["constructor", "bert"],
  ])("tokenizer model %s", async (model, nearest) => {
    const metadata = metadataOf({ "tokenizer.ggml.model": model, "tokenizer.ggml.tokens": ["a"] });
    await check(() => createTokenizer(metadata), "UNSUPPORTED_MODEL", model, nearest);
  });

  it.each([
    ["lama-bpe", "llama-bpe"],
    ["qwen3", "qwen2"],
  ])("pre-tokenizer %s", async (name, nearest) => {
    await check(() => createTokenizer(bytePairMetadata(name)), "UNSUPPORTED_PRE_TOKENIZER", name, nearest);
  });
});
