export { type ModelConfig, type RopeConfig, readConfig } from "./config.ts";
export { Context, type ForwardOptions } from "./context.ts";
export { llama } from "./llama.ts";
export { type LoadedModel, loadModelInto } from "./loaded-model.ts";
export type { LayerWeights, LoadProgress, ModelWeights } from "./weights.ts";
