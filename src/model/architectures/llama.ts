import { pow } from "../../../kernels/reference/index.ts";
import type { ArchitectureEntry, FileFacts } from "./architecture.ts";

/** LLaMA and its closest relatives. Source: llama.cpp 0c1e570, src/models, the file of the same name. */
export const llamaFamily: Readonly<Record<string, ArchitectureEntry>> = {
  llama: { feedForwardScales: true, expertScales: true },
  mistral3: (file) => ({
    feedForwardScales: true,
    expertScales: true,
    yarnLogMultiplier: file.number("rope.scaling.yarn_log_multiplier"),
    queryScale: {
      layers: "all",
      interval: file.number("rope.scaling.original_context_length", file.number("context_length")),
      strength: file.number("attention.temperature_scale"),
      offset: 0,
    },
  }),
  llama4: (file) => {
    // A window of 0 in the file means that there is none; any other number, or none, means chunks of 8192.
    const chunked = file.number("attention.sliding_window", 8192) !== 0;
    return {
      window: { kind: "chunked", length: chunked ? 8192 : 0, period: 4 },
      ropeLayers: chunked ? "notEveryFourth" : "all",
      queryScale: { layers: "notRotated", interval: 8192, strength: chunked ? 0.1 : 0, offset: 1 },
      plainQueryKeyNorm: file.number("expert_count") !== 128,
      experts: { gating: "sigmoid", normalize: false, weighInput: true },
    };
  },
  smollm3: { ropeLayers: "notEveryFourth" },
  arcee: { activation: "reluSquared", gated: false },
  internlm2: {},
  xverse: {},
  baichuan: ({ layers }) => ({ rope: layers === 32 ? "adjacent" : "none", alibi: layers === 40 ? 8 : 0 }),
  orion: { norm: "layer", rope: "halves" },
  exaone: { rope: "halves" },
  exaone4: (file) => ({
    rope: "halves",
    norms: ["attn_q_norm", "attn_k_norm", "post_attention_norm", "post_ffw_norm"],
    ...(file.layers === 64
      ? { window: { length: file.number("attention.sliding_window", 4096), period: 4 }, ropeLayers: "windowed" }
      : {}),
  }),
  glm4: (file) => ({
    // A file with sections rotates pictures by three positions, which are one for text; its pairs lie in halves.
    rope: file.numbers("rope.dimension_sections").filter((section) => section > 0).length > 1 ? "halves" : "adjacent",
    norms: ["attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"],
  }),
  seed_oss: { rope: "halves", normNames: { ffn_norm: "post_attention_norm" } },
  "hunyuan-dense": (file) => ({
    rope: "halves",
    norms: ["attn_norm", "attn_q_norm", "attn_k_norm", "ffn_norm"],
    normAfterRope: true,
    ropeBase: hunyuanBase(file),
  }),
};

/** The base grows with the scaling: base · alpha^(n / (n − 2)), n the length of a head ("NTK-aware" scaling). */
function hunyuanBase(file: FileFacts): number {
  const base = file.number("rope.freq_base", 10000);
  const alpha = file.number("rope.scaling.alpha");
  const length = file.number("attention.key_length", file.width / file.number("attention.head_count"));
  return alpha > 0 ? base * pow(alpha, length / (length - 2)) : base;
}
