import type { RopePairing } from "../../tensor/index.ts";

/** The norms that a layer can have, by GGUF's names for their tensors. */
export type NormName =
  "attn_norm" | "ffn_norm" | "post_attention_norm" | "post_ffw_norm" | "attn_q_norm" | "attn_k_norm";

/**
 * In what an architecture differs from LLaMA: everything left out is as LLaMA has it. What a file can show by itself is
 * not said here: biases, fused or separate tensors, tied or own output, which layers have experts, shared experts.
 */
export interface Architecture {
  /** `"layer"` subtracts the mean (Ba et al. 2016). Default: `"rms"`. */
  readonly norm?: "rms" | "layer";
  /** The norms of a layer, default `attn_norm` and `ffn_norm`: the post-norms act before the residual is added. */
  readonly norms?: readonly NormName[];
  /** Norms that the file keeps under another name. */
  readonly normNames?: Partial<Record<NormName, string>>;
  /** Norms without weights (OLMo). */
  readonly plainNorms?: boolean;
  /** Attention and feed-forward read the same residual, and by the same norm if there is no `ffn_norm`. */
  readonly parallel?: boolean;

  /** How rotated pairs lie, or that nothing is rotated. Default: `"adjacent"`. */
  readonly rope?: RopePairing | "none";
  /** Which layers rotate: all, those with a window, or all but every fourth. Default: all. */
  readonly ropeLayers?: "all" | "windowed" | "notEveryFourth";
  /** The base frequency, where it is not simply `rope.freq_base`. */
  readonly ropeBase?: number;
  /** YaRN: the strength of the magnitude that attention has of its own already (`yarn_log_multiplier`). */
  readonly yarnLogMultiplier?: number;
  /** Learned positions are added to the embedding (`position_embd`). */
  readonly learnedPositions?: boolean;
  /** ALiBi's largest bias. Default: none. */
  readonly alibi?: number;

  /** Layers with a window. */
  readonly window?: WindowPattern | undefined;
  /** Whether queries and keys are normalised after rotation. Default: before. */
  readonly normAfterRope?: boolean;
  /** Queries and keys of rotated layers are divided by their root mean square (Llama 4). */
  readonly plainQueryKeyNorm?: boolean;
  /** Attention has sinks (`attn_sinks`). */
  readonly sinks?: boolean;
  /** Keys and values are one latent vector (DeepSeek-V2's multi-head latent attention). */
  readonly latent?: boolean;
  /** Factor on query · key. Default: 1 / √keyLength. */
  readonly attentionScale?: number | undefined;
  readonly attentionSoftCap?: number | undefined;
  /** Queries are scaled up with their position, in all layers or those that are not rotated. */
  readonly queryScale?: QueryScale | undefined;

  /** Default: `"silu"`. */
  readonly activation?: "silu" | "gelu" | "reluSquared" | "siluClamped";
  /** Whether the feed-forward network has a gate. Default: true. */
  readonly gated?: boolean;
  readonly experts?: ExpertRouting;
  /**
   * Whether llama.cpp applies the tensors `ffn_*.scale` of the feed-forward networks and experts for this architecture.
   * Files have them for NVFP4, where they always count, and llama.cpp's random test models for all formats.
   */
  readonly feedForwardScales?: boolean;
  readonly expertScales?: boolean;

  /** Factors on the embedding, on what is added to the residual, and on the logits. Default: 1. */
  readonly embeddingScale?: number;
  readonly residualScale?: number;
  readonly logitScale?: number;
  readonly finalSoftCap?: number | undefined;
}

/** Which layers see only a window. */
export interface WindowPattern {
  /** Default: `"sliding"`. */
  readonly kind?: "sliding" | "chunked";
  /** Positions; 0 for no window at all. */
  readonly length: number;
  /** Every so-manyth layer sees everything, where the file's `sliding_window_pattern` says nothing. */
  readonly period: number;
  /** Rotary base of these layers, where the file's `rope.freq_base_swa` says nothing. Default: that of the others. */
  readonly ropeBase?: number;
  /** Whether positions are scaled in these layers as in the others. Default: true. */
  readonly ropeScaled?: boolean;
}

/** Factor 1 + strength · ln(⌊(position + offset) / interval⌋ + 1) on queries. */
export interface QueryScale {
  readonly layers: "all" | "notRotated";
  readonly interval: number;
  readonly strength: number;
  readonly offset: number;
}

/** How experts are chosen and weighed; see `route` in `kernels/reference`. Defaults are Mixtral's. */
export interface ExpertRouting {
  readonly gating?: "softmax" | "sigmoid" | "softmaxOfChosen";
  readonly normalize?: boolean;
  /** Factor on the weights; 0 and 1 for none. */
  readonly scale?: number;
  readonly weighInput?: boolean;
}

/** What a record can depend on: a file's numbers, by their key without the architecture's name, and its tensors. */
export interface FileFacts {
  readonly layers: number;
  readonly width: number;
  readonly vocabularySize: number;
  /** 0 where the file has no such key and no fallback is given. */
  number(key: string, fallback?: number): number;
  /** Empty where the file has no such key. */
  numbers(key: string): readonly number[];
  flag(key: string, fallback: boolean): boolean;
  has(tensor: string): boolean;
}

/** A record, or how to make it where it depends on the file. */
export type ArchitectureEntry = Architecture | ((file: FileFacts) => Architecture);
