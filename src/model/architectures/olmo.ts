import type { ArchitectureEntry } from "./architecture.ts";

/** Source: llama.cpp 0c1e570, src/models/olmo*.cpp. */
export const olmoFamily: Readonly<Record<string, ArchitectureEntry>> = {
  olmo: { norm: "layer", plainNorms: true },
  // OLMo 3 is OLMo 2 with windows.
  olmo2: (file) => ({
    rope: "halves",
    norms: ["attn_q_norm", "attn_k_norm", "post_attention_norm", "post_ffw_norm"],
    window: { length: file.number("attention.sliding_window"), period: 4, ropeScaled: false },
  }),
  olmoe: {
    rope: "halves",
    norms: ["attn_norm", "attn_q_norm", "attn_k_norm", "ffn_norm"],
    experts: { normalize: false },
  },
};
