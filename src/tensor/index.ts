export type {
  Backend,
  CacheShape,
  CacheStorage,
  PlanDescription,
  PlanLine,
  Precision,
  Program,
  WeightSource,
} from "./backend.ts";
export { type Batch, cacheRow, pageLength } from "./batch.ts";
export { type Dtype, dtypeById, dtypeByName, dtypes } from "./dtype.ts";
export type {
  AttentionOptions,
  CacheFormat,
  AttentionWindow,
  Operations,
  Projection,
  RopePairing,
  Rotary,
  Value,
  Weight,
} from "./operations.ts";
export { createReferenceBackend } from "./reference-backend.ts";
export { ReferenceCache } from "./reference-cache.ts";
export { ReferenceOperations } from "./reference-operations.ts";
export { type ReferenceValue, vector } from "./reference-value.ts";
export { nonFiniteWeight, requireFormat } from "./reference-weight.ts";
export { type Taps, tapsOf } from "./taps.ts";
export type { Tensor } from "./tensor.ts";
export type { ExpertOptions, ExpertProjection, ExpertProjections, VariantOperations } from "./variant-operations.ts";
export { windowLength } from "./window.ts";
