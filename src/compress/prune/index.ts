/** Pruning: fewer weights, or smaller matrices and fewer layers. */
export { type StructureAmount, type StructureChoice, chooseStructure } from "./choose-structure.ts";
export { type StructureImportance, measureStructure } from "./measure-structure.ts";
export { channelBlock } from "./plan-structure.ts";
export {
  type PruneStructureOptions,
  type PruneStructureResult,
  checkStructure,
  pruneStructure,
} from "./prune-structure.ts";
export { type PruneWeightsOptions, type PruneWeightsResult, checkWeights, pruneWeights } from "./prune-weights.ts";
export type { PruneProgress } from "./read-pieces.ts";
export { type Sparsity, parsePattern } from "./sparsity.ts";
export type { PrunedTensor } from "./tensor-pruner.ts";
