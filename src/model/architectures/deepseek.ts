import type { ArchitectureEntry } from "./architecture.ts";

/** Source: llama.cpp 0c1e570, src/models/deepseek.cpp, deepseek2.cpp. */
export const deepseekFamily: Readonly<Record<string, ArchitectureEntry>> = {
  deepseek: (file) => ({ experts: { normalize: false, scale: file.number("expert_weights_scale") } }),
  deepseek2: (file) => ({
    latent: true,
    // The converter writes a tenth of the strength.
    yarnLogMultiplier: 10 * file.number("rope.scaling.yarn_log_multiplier"),
    queryScale: {
      layers: "all",
      interval: file.number("attention.temperature_length"),
      strength: file.number("attention.temperature_scale"),
      offset: 0,
    },
    experts: {
      // 1 is softmax, 2 is sigmoid; files of before the key existed are softmax, except GLM-4.7-Flash's.
      gating: file.number("expert_gating_func") === 2 || isGlmFlash(file.layers, file) ? "sigmoid" : "softmax",
      normalize: file.flag("expert_weights_norm", false),
      scale: file.number("expert_weights_scale"),
    },
  }),
};

function isGlmFlash(layers: number, file: { number(key: string): number; vocabularySize: number }): boolean {
  return file.number("expert_gating_func") === 0 && (layers === 47 || layers === 48) && file.vocabularySize === 154880;
}
