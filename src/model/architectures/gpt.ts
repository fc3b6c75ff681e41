import type { ArchitectureEntry } from "./architecture.ts";

/** Models that descend from GPT-2, and OpenAI's. Source: llama.cpp 0c1e570, src/models, openai-moe.cpp for gpt-oss. */
export const gptFamily: Readonly<Record<string, ArchitectureEntry>> = {
  gpt2: { norm: "layer", rope: "none", learnedPositions: true, activation: "gelu", gated: false },
  gptneox: (file) => ({
    norm: "layer",
    rope: "halves",
    parallel: file.flag("use_parallel_residual", true),
    activation: "gelu",
    gated: false,
  }),
  falcon: (file) => ({
    norm: "layer",
    // Falcon 40B has a norm for each of the two; attention's is the second.
    ...(file.has("blk.0.attn_norm_2.weight")
      ? { normNames: { attn_norm: "attn_norm_2", ffn_norm: "attn_norm" } }
      : { norms: ["attn_norm"] }),
    parallel: true,
    rope: "halves",
    activation: "gelu",
    gated: false,
  }),
  starcoder2: { norm: "layer", rope: "halves", activation: "gelu", gated: false },
  nemotron: { norm: "layer", rope: "halves", activation: "reluSquared", gated: false },
  stablelm: (file) => ({
    norm: "layer",
    norms: [
      "attn_norm",
      ...(file.has("blk.0.attn_q_norm.weight") ? (["attn_q_norm", "attn_k_norm"] as const) : []),
      ...(file.has("blk.0.ffn_norm.weight") ? (["ffn_norm"] as const) : []),
    ],
    parallel: !file.has("blk.0.ffn_norm.weight"),
    rope: "halves",
  }),
  "gpt-oss": (file) => ({
    rope: "halves",
    normNames: { ffn_norm: "post_attention_norm" },
    sinks: true,
    window: { length: file.number("attention.sliding_window"), period: 2 },
    activation: "siluClamped",
    experts: { gating: "softmaxOfChosen", normalize: false },
  }),
};
