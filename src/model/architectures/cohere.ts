import type { ArchitectureEntry } from "./architecture.ts";

/** Source: llama.cpp 0c1e570, src/models/command-r.cpp, cohere2.cpp. */
export const cohereFamily: Readonly<Record<string, ArchitectureEntry>> = {
  "command-r": (file) => ({
    norm: "layer",
    norms: file.has("blk.0.attn_q_norm.weight") ? ["attn_norm", "attn_q_norm", "attn_k_norm"] : ["attn_norm"],
    parallel: true,
    logitScale: file.number("logit_scale") || 1,
  }),
  cohere2: (file) => ({
    norm: "layer",
    norms: ["attn_norm"],
    parallel: true,
    logitScale: file.number("logit_scale") || 1,
    window: { length: file.number("attention.sliding_window"), period: 4 },
    ropeLayers: "windowed",
    feedForwardScales: true,
  }),
};
