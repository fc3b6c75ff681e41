export {
  type Architecture,
  type ExpertRouting,
  type NormName,
  type QueryScale,
  type WindowPattern,
  architectureNames,
} from "./architectures/index.ts";
export type { LayerConfig, ModelConfig, RopeConfig } from "./config.ts";
export { Context, type ForwardOptions } from "./context.ts";
export { type ForwardConfig, llama } from "./llama.ts";
export { type LensRows, logitLens } from "./logit-lens.ts";
export { type LoadedModel, type LoadModelOptions, loadModelInto } from "./loaded-model.ts";
export { normalise } from "./norm.ts";
export { readConfig } from "./read-config.ts";
export type { LoadProgress } from "./tensor-loader.ts";
export type {
  AttentionWeights,
  ExpertLayerWeights,
  FeedForwardWeights,
  LatentAttentionWeights,
  LayerNorms,
  LayerWeights,
  ModelWeights,
  Norm,
} from "./weights.ts";
