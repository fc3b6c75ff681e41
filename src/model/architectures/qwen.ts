import type { ArchitectureEntry } from "./architecture.ts";

/** Source: llama.cpp 0c1e570, src/models/qwen*.cpp. */
export const qwenFamily: Readonly<Record<string, ArchitectureEntry>> = {
  qwen2: { rope: "halves" },
  qwen2moe: { rope: "halves", experts: { normalize: false } },
  qwen3: {
    rope: "halves",
    norms: ["attn_norm", "attn_q_norm", "attn_k_norm", "ffn_norm"],
    feedForwardScales: true,
  },
  qwen3moe: {
    rope: "halves",
    norms: ["attn_norm", "attn_q_norm", "attn_k_norm", "ffn_norm"],
    expertScales: true,
  },
};
