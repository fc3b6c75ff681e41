/**
 * Pellucid: LLaMA-style language models in TypeScript.
 *
 * @packageDocumentation
 */
export {
  ContextFullError,
  GgufError,
  InvalidArgumentError,
  ModelError,
  PellucidError,
  TokenizerError,
} from "./errors.ts";
export { LanguageModel } from "./language-model.ts";
export { type LoadOptions, type ModelSource, loadModel } from "./load-model.ts";
export {
  type ChatMessage,
  type ChatOptions,
  type ChatPart,
  type ChatResult,
  type ChatStream,
  type FinishReason,
  type GenerateOptions,
  type Generation,
  type GenerationResult,
  type PerplexityOptions,
  type PerplexityResult,
  type Piece,
  type ResultStream,
  naiveForward,
  naiveGenerate,
  perplexity,
  tokenLogProbability,
} from "./decode/index.ts";
export {
  Context,
  type ForwardOptions,
  type LayerWeights,
  type LoadProgress,
  type LoadedModel,
  type ModelConfig,
  type ModelWeights,
  type RopeConfig,
} from "./model/index.ts";
export type { Candidates, Sampler, SamplerContext, SamplerOptions, SamplerSpec } from "./sampling/index.ts";
export type {
  AttentionOptions,
  Backend,
  Batch,
  CacheShape,
  CacheStorage,
  Dtype,
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
  Weight,
  WeightSource,
} from "./tensor/index.ts";
export type { Tokenizer } from "./tokenizer/index.ts";
