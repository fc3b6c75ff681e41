/**
 * Pellucid: LLaMA-style language models in TypeScript.
 *
 * @packageDocumentation
 */
export {
  ContextFullError,
  DownloadError,
  GgufError,
  InvalidArgumentError,
  ModelError,
  PellucidError,
  TokenizerError,
} from "./errors.ts";
export type { DownloadOptions, DownloadProgress, DownloadedModel } from "./download/index.ts";
export { cachedModel, downloadModel } from "./download/index.ts";
export { LanguageModel, type TextOrTokens } from "./language-model.ts";
export { type LoadOptions, type ModelSource, loadModel } from "./load-model.ts";
export {
  type ChatMessage,
  type ChatOptions,
  type ChatPart,
  type ChatResult,
  type ChatStream,
  type EmbedOptions,
  type FinishReason,
  type GenerateOptions,
  type Generation,
  type GenerationResult,
  type PerplexityOptions,
  type PerplexityResult,
  type Piece,
  type Pooling,
  type ResultStream,
  type Score,
  type ScoreOptions,
  naiveForward,
  naiveGenerate,
  perplexity,
} from "./decode/index.ts";
export {
  type Architecture,
  type AttentionWeights,
  Context,
  type ExpertLayerWeights,
  type ExpertRouting,
  type FeedForwardWeights,
  type ForwardOptions,
  type LatentAttentionWeights,
  type LayerConfig,
  type LayerNorms,
  type LayerWeights,
  type LoadProgress,
  type LoadedModel,
  type ModelConfig,
  type ModelWeights,
  type Norm,
  type NormName,
  type QueryScale,
  type RopeConfig,
  type WindowPattern,
  architectureNames,
} from "./model/index.ts";
export {
  type Candidates,
  type ChainSampler,
  type Sampler,
  type SamplerContext,
  type SamplerOptions,
  type SamplerSpec,
  type StatefulSampler,
  defaultOrder,
  tokenLogProbability,
} from "./sampling/index.ts";
export type {
  AttentionOptions,
  AttentionWindow,
  Backend,
  Batch,
  CacheFormat,
  CacheShape,
  CacheStorage,
  Dtype,
  ExpertOptions,
  ExpertProjection,
  ExpertProjections,
  Operations,
  PlanDescription,
  PlanLine,
  Precision,
  Program,
  Projection,
  RopePairing,
  Rotary,
  Taps,
  Tensor,
  Value,
  VariantOperations,
  Weight,
  WeightSource,
} from "./tensor/index.ts";
export type { Tokenizer } from "./tokenizer/index.ts";
