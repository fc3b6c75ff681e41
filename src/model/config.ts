import type { AttentionWindow, RopePairing } from "../tensor/index.ts";
import type { Architecture } from "./architectures/index.ts";

/** The numbers that make a model out of the forward pass, read from a GGUF file's metadata. */
export interface ModelConfig {
  readonly architecture: string;
  /** In what the architecture differs from LLaMA. */
  readonly variant: Architecture;
  readonly vocabularySize: number;
  /** Length of the residual stream (`embedding_length`). */
  readonly width: number;
  readonly layers: number;
  /** The longest text that the model was trained on. */
  readonly contextLength: number;
  readonly heads: number;
  /** Key-value heads; the most of any layer, where they differ. */
  readonly kvHeads: number;
  readonly keyLength: number;
  readonly valueLength: number;
  /** Of the first layer, where they differ. */
  readonly feedForwardLength: number;
  /** Added to the mean square under the root of the norms. */
  readonly epsilon: number;
  readonly rope: RopeConfig;
  /** What differs from layer to layer. */
  readonly perLayer: readonly LayerConfig[];
  /** Bounds queries, keys and values, 0 for not at all. */
  readonly clampAttention: number;
  /** Experts that take part for each token. */
  readonly expertsUsed: number;
  readonly expertGroups: number;
  readonly expertGroupsUsed: number;
}

/** The numbers of one layer. */
export interface LayerConfig {
  readonly heads: number;
  readonly kvHeads: number;
  readonly feedForwardLength: number;
  /** How positions rotate queries and keys, undefined for not at all. */
  readonly rope: RopeConfig | undefined;
  readonly window: AttentionWindow | undefined;
}

/** Rotary position embedding as the metadata describes it. */
export interface RopeConfig {
  readonly pairing: RopePairing;
  /** How much of a head is rotated. */
  readonly length: number;
  readonly base: number;
  readonly scaling: "none" | "linear" | "yarn" | "longrope";
  /** By how much positions are stretched, 1 for not at all. */
  readonly factor: number;
  readonly originalContextLength: number;
  /** Factor on the rotated numbers that the model's maker set, 1 for none. */
  readonly attentionFactor: number;
  readonly betaFast: number;
  readonly betaSlow: number;
}
