import type { RopeOptions } from "../../kernels/reference/index.ts";
import type { Value, Weight } from "./value.ts";
import type { VariantOperations } from "./variant-operations.ts";

export type { Value, Weight } from "./value.ts";

/** A matrix to multiply by, with what some files have beside it. */
export interface Projection {
  /** [rows, columns] */
  readonly weight: Weight;
  /** A factor on the products, one number. */
  readonly scale?: Weight;
  /** Added to them. [rows] */
  readonly bias?: Weight;
  /** A factor on the sum of both, one number. */
  readonly outputScale?: Weight;
}

/** How the two numbers of a rotated pair lie: LLaMA's (x[2i], x[2i+1]), or NeoX's (x[i], x[i + rotary/2]). */
export type RopePairing = "adjacent" | "halves";

/** Rotary position embedding: which part of a head is rotated, how, and by what angles. */
export interface Rotary {
  readonly headLength: number;
  /** The first so many numbers of a head are rotated. */
  readonly rotaryLength: number;
  readonly pairing: RopePairing;
  /** Everything that decides the angles, except the positions. */
  readonly angles: Omit<RopeOptions, "positions">;
}

/** How the cache keeps a layer's keys and values: as they come, or rounded to bfloat16 (to nearest, ties to even). */
export type CacheFormat = "f32" | "bf16";

/** Grouped-query attention of one layer over the sequence's cache. */
export interface AttentionOptions {
  /** The layer, whose part of the cache is used, from 0. */
  readonly layer: number;
  readonly heads: number;
  /** Key-value heads; each serves `heads / kvHeads` query heads. */
  readonly kvHeads: number;
  readonly keyLength: number;
  readonly valueLength: number;
  /** What query · key is multiplied by, usually 1 / √keyLength. */
  readonly scale: number;
  /** How keys and values are kept; left out, in single precision. */
  readonly cache?: CacheFormat | undefined;
  /** Bounds scores smoothly to ± this. */
  readonly softCap?: number | undefined;
  /** How far back a token sees; left out, to the beginning. */
  readonly window?: AttentionWindow | undefined;
  /** A score per head that joins the softmax but has no value. [heads] */
  readonly sinks?: Weight | undefined;
  /** ALiBi: slope · distance is taken from the score. [heads] */
  readonly slopes?: Float32Array | undefined;
}

/**
 * `"sliding"`: a token sees the `length` positions that end with its own. `"chunked"`: those of its chunk, which begins
 * at a multiple of `length`.
 */
export interface AttentionWindow {
  readonly kind: "sliding" | "chunked";
  readonly length: number;
}

/**
 * The operations of a forward pass over one batch. The scalar definition of each is in `kernels/reference`, under the
 * same name. An implementation may compute at once, or record a plan to be run many times.
 */
export interface Operations extends VariantOperations {
  /** The rows of `table` that the batch's tokens name. [tokens, table.columns] */
  embed(table: Weight): Value;
  /** The rows whose logits are wanted. [outputs, x.columns] */
  outputs(x: Value): Value;
  /** ((x · weightᵀ) · scale + bias) · outputScale, without those that are not there. [tokens, weight.rows] */
  linear(projection: Projection, x: Value): Value;
  /** Root-mean-square normalisation of each segment of `weight.columns` numbers, times the weight. */
  rmsNorm(x: Value, weight: Weight, epsilon: number): Value;
  /** Rotates each head by its token's position. */
  rope(x: Value, rotary: Rotary): Value;
  /**
   * Puts the batch's keys and values into the cache, then lets each token attend to its sequence's positions up to
   * its own. [tokens, heads * valueLength]
   */
  attention(query: Value, key: Value, value: Value, options: AttentionOptions): Value;
  /** silu(gate) ⊙ up. */
  swiglu(gate: Value, up: Value): Value;
  add(a: Value, b: Value): Value;
  /** Gives the value a name, by which it can be tapped. */
  named(name: string, x: Value): Value;
}
