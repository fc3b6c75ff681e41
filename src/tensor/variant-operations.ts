import type { PositionScale, Routing } from "../../kernels/reference/index.ts";
import type { Value, Weight } from "./value.ts";

/** The matrices of all experts for one step, below each other in one weight. */
export interface ExpertProjection {
  /** [experts · rows, columns] */
  readonly weight: Weight;
  /** A factor on the products of each expert. [experts] */
  readonly scale?: Weight;
  /** Added to them. [experts, rows] */
  readonly bias?: Weight;
}

/** The feed-forward networks of all experts of a layer. */
export interface ExpertProjections {
  readonly gate: ExpertProjection;
  readonly up: ExpertProjection;
  readonly down: ExpertProjection;
}

/** What an expert computes between its matrices, and where its weight multiplies. */
export interface ExpertOptions {
  readonly activation: "swiglu" | "swigluClamped";
  readonly weighInput: boolean;
  /** The most experts that a token can have. */
  readonly used: number;
}

/**
 * The operations that a plain LLaMA does without and other architectures need. Each computes what the function of the
 * same name in `kernels/reference` says.
 */
export interface VariantOperations {
  /** The row of `table` that each token's position names. [tokens, table.columns] */
  embedPositions(table: Weight): Value;
  /** Layer normalisation of each segment of `weight.columns` numbers; a weight of many rows has one for each head. */
  layerNorm(x: Value, weight: Weight, bias: Weight | undefined, epsilon: number): Value;
  /** Adds the same vector to each row. */
  addBias(x: Value, bias: Weight): Value;
  scale(x: Value, factor: number): Value;
  /** Scales each row by its token's position. */
  positionScale(x: Value, options: PositionScale): Value;
  /** Bounds smoothly to ±cap. */
  softCap(x: Value, cap: number): Value;
  /** Bounds to ±limit. */
  clamp(x: Value, limit: number): Value;
  /** gelu(x), by way of half precision. */
  geluHalf(x: Value): Value;
  /** max(x, 0)². */
  reluSquared(x: Value): Value;
  /** gelu(gate) ⊙ up, gelu by way of half precision. */
  gegluHalf(gate: Value, up: Value): Value;
  /** x · sigmoid(gate), one gate a row. */
  sigmoidGate(x: Value, gate: Value): Value;
  /** Numbers `start` … `start + length − 1` of each of `heads` equal segments of a row. [tokens, heads · length] */
  slice(x: Value, heads: number, start: number, length: number): Value;
  /** The parts of each head side by side; `b` has `length` numbers a head, or `length` for all heads. */
  join(a: Value, b: Value, heads: number, length: number): Value;
  /** Each head times a matrix of its own. [tokens, weight.rows] */
  matmulHeads(weight: Weight, x: Value, heads: number): Value;
  /** The weight of each expert, 0 for those not chosen. [tokens, experts] */
  route(logits: Value, bias: Weight | undefined, routing: Routing): Value;
  /** The hidden values of each token's experts, one after the other. [tokens, used · gate.rows / experts] */
  expertHidden(
    x: Value,
    weights: Value,
    projections: Pick<ExpertProjections, "gate" | "up">,
    options: ExpertOptions,
  ): Value;
  /** What they add up to after the last products. [tokens, down.rows / experts] */
  expertSum(hidden: Value, weights: Value, down: ExpertProjection, isWeighed: boolean): Value;
}
