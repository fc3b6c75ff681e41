export { type Architecture, architectureNames } from "./architectures/index.ts";
export { type LayerConfig, type ModelConfig, type RopeConfig, readConfig } from "./config.ts";
export { Context, type ForwardOptions } from "./context.ts";
export { type ForwardConfig, llama } from "./llama.ts";
export { type LoadedModel, type LoadModelOptions, loadModelInto } from "./loaded-model.ts";
export type { LoadProgress } from "./tensor-loader.ts";
export type { LayerWeights, ModelWeights } from "./weights.ts";
