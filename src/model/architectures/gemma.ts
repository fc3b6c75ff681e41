import type { Architecture, ArchitectureEntry, FileFacts } from "./architecture.ts";

/** Source: llama.cpp 0c1e570, src/models/gemma*.cpp. */
export const gemmaFamily: Readonly<Record<string, ArchitectureEntry>> = {
  gemma: base,
  gemma2: (file) => ({
    ...base(file),
    norms: ["attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"],
    attentionScale: file.layers === 46 ? scaleByWidth(file) : undefined,
    attentionSoftCap: file.number("attn_logit_softcapping", 50),
    finalSoftCap: file.number("final_logit_softcapping", 30),
    window: { length: file.number("attention.sliding_window", 4096), period: 2 },
  }),
  gemma3: (file) => ({
    ...base(file),
    norms: ["attn_norm", "attn_q_norm", "attn_k_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"],
    attentionScale: file.layers === 62 ? scaleByWidth(file) : undefined,
    finalSoftCap: file.number("final_logit_softcapping") || undefined,
    window: { length: file.number("attention.sliding_window"), period: 6, ropeBase: 10000, ropeScaled: false },
  }),
};

function base({ width }: FileFacts): Architecture {
  return { rope: "halves", activation: "gelu", embeddingScale: Math.sqrt(width) };
}

/** The models of 27B scale by the width of a head as if heads shared the residual's width. */
function scaleByWidth(file: FileFacts): number {
  return 1 / Math.sqrt(file.width / file.number("attention.head_count"));
}
