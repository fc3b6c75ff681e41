import type { Architecture, ArchitectureEntry, FileFacts } from "./architecture.ts";

/** Models that scale embedding, residual and logits. Source: llama.cpp 0c1e570, src/models/granite*.cpp, minicpm.cpp. */
export const graniteFamily: Readonly<Record<string, ArchitectureEntry>> = {
  // Granite has a model without rotation, and `finetuned` is how its file says so.
  granite: (file) => ({ ...scales(file), rope: file.flag("rope.scaling.finetuned", true) ? "adjacent" : "none" }),
  granitemoe: scales,
  minicpm: (file) => ({
    embeddingScale: file.number("embedding_scale", 12),
    residualScale: file.number("residual_scale", 1.4 / Math.sqrt(file.layers)),
    logitScale: 1 / file.number("logit_scale", 256 / file.width),
  }),
};

function scales(file: FileFacts): Architecture {
  return {
    embeddingScale: file.number("embedding_scale") || 1,
    residualScale: file.number("residual_scale") || 1,
    logitScale: 1 / file.number("logit_scale"),
    attentionScale: file.number("attention.scale") || undefined,
  };
}
