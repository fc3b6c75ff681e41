import { describe, expect, it } from "vitest";
import { Metadata, type MetadataValue } from "../../../src/gguf/index.ts";
import { readConfig } from "../../../src/model/index.ts";

const uint32 = (value: number): MetadataValue => ({ type: "uint32", value });
const float32 = (value: number): MetadataValue => ({ type: "float32", value });
const base: Record<string, MetadataValue> = {
  "general.architecture": { type: "string", value: "llama" },
  "llama.context_length": uint32(128),
  "llama.embedding_length": uint32(64),
  "llama.block_count": uint32(2),
  "llama.feed_forward_length": uint32(96),
  "llama.attention.head_count": uint32(4),
  "llama.attention.layer_norm_rms_epsilon": float32(0.5),
};
const read = (change: Record<string, MetadataValue> = {}) =>
  readConfig(new Metadata(Object.entries({ ...base, ...change })), 100);

describe("readConfig", () => {
  it("fills in what files leave out", () => {
    expect(read()).toMatchObject({
      kvHeads: 4,
      keyLength: 16,
      valueLength: 16,
      vocabularySize: 100,
      rope: { base: 10000, length: 16, pairing: "adjacent", scaling: "none", factor: 1 },
    });
  });

  it("reads the scalings of LLaMA files, the old key for linear too", () => {
    const type = (value: string): MetadataValue => ({ type: "string", value });
    expect(read({ "llama.rope.scale_linear": float32(4) }).rope).toMatchObject({ scaling: "linear", factor: 4 });
    const yarn = {
      "llama.rope.scaling.type": type("yarn"),
      "llama.rope.scaling.factor": float32(8),
      "llama.rope.scaling.original_context_length": uint32(64),
    };
    expect(read(yarn).rope).toMatchObject({ scaling: "yarn", factor: 8, originalContextLength: 64 });
    expect(() => read({ "llama.rope.scaling.type": type("bent") })).toThrow(/is "bent"; known: none, linear, yarn/);
  });

  it.each([
    ["llama.attention.head_count", 0],
    ["llama.attention.head_count", 5],
    ["llama.attention.head_count_kv", 3],
    ["llama.rope.dimension_count", 18],
    ["llama.rope.dimension_count", 3],
    ["llama.block_count", 0],
  ])("refuses %s = %i", (key, value) => {
    expect(() => read({ [key]: uint32(value) })).toThrow(/make no sense/);
  });

  it("refuses what it does not know, naming the nearest", () => {
    expect(() => read({ "general.architecture": { type: "string", value: "mamba" } })).toThrow(
      /"mamba" is not supported; the nearest that is: .*docs\/adding-an-architecture.md/,
    );
  });
});
