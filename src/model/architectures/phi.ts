import type { ArchitectureEntry } from "./architecture.ts";

/** Source: llama.cpp 0c1e570, src/models/phi*.cpp. Sliding windows of Phi-3 are left out, as they are there. */
export const phiFamily: Readonly<Record<string, ArchitectureEntry>> = {
  phi2: { norm: "layer", norms: ["attn_norm"], parallel: true, rope: "halves", activation: "gelu", gated: false },
  phi3: { rope: "halves" },
  phimoe: { rope: "halves" },
};
