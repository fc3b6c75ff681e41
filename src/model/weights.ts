import type { CacheFormat, ExpertProjections, Projection, Weight } from "../tensor/index.ts";

/** A norm's weight and, where it has one, bias. */
export interface Norm {
  readonly weight: Weight;
  readonly bias?: Weight | undefined;
}

/** All weights of a model, by the names that GGUF gives them (`blk.0.attn_q.weight` is `layers[0].attention.attn_q`). */
export interface ModelWeights {
  readonly token_embd: Weight;
  /** Learned positions. [contextLength, width] */
  readonly position_embd?: Weight | undefined;
  readonly layers: readonly LayerWeights[];
  readonly output_norm: Norm;
  /** The output matrix; the embedding where the file has none of its own ("tied"). */
  readonly output: Projection;
}

/** The weights of one layer: what it does not have is left out of the forward pass. */
export interface LayerWeights {
  readonly norms: LayerNorms;
  readonly attention: AttentionWeights | LatentAttentionWeights;
  readonly feedForward?: FeedForwardWeights | undefined;
  readonly experts?: ExpertLayerWeights | undefined;
}

/** Those before attention and feed-forward, those after them (before the residual is added), those of queries and keys. */
export interface LayerNorms {
  readonly attn_norm?: Norm | undefined;
  readonly ffn_norm?: Norm | undefined;
  readonly post_attention_norm?: Norm | undefined;
  readonly post_ffw_norm?: Norm | undefined;
  readonly attn_q_norm?: Norm | undefined;
  readonly attn_k_norm?: Norm | undefined;
}

export interface AttentionWeights {
  readonly kind: "grouped";
  readonly attn_q: Projection;
  readonly attn_k: Projection;
  readonly attn_v: Projection;
  readonly attn_output: Projection;
  readonly attn_sinks?: Weight | undefined;
  /** How the layer's keys and values are kept. */
  readonly cache: CacheFormat;
  /** Ones, to divide queries and keys by their root mean square with. [keyLength] */
  readonly plainNorm?: Weight | undefined;
}

/** Of DeepSeek-V2: queries and keys-and-values go through a narrow vector each. */
export interface LatentAttentionWeights {
  readonly kind: "latent";
  /** Queries at once, or by way of a narrow vector and its norm. */
  readonly attn_q?: Projection | undefined;
  readonly attn_q_a?: Projection | undefined;
  readonly attn_q_a_norm?: Weight | undefined;
  readonly attn_q_b?: Projection | undefined;
  /** The latent vector and, behind it, the rotated part of the keys. */
  readonly attn_kv_a_mqa: Projection;
  readonly attn_kv_a_norm: Weight;
  /** From a head's part of the query to the latent, from the latent to a head's values. */
  readonly attn_k_b?: Weight | undefined;
  readonly attn_v_b?: Weight | undefined;
  /** Of older files: from the latent to all heads' keys and values. */
  readonly attn_kv_b?: Projection | undefined;
  readonly attn_output: Projection;
}

export interface FeedForwardWeights {
  readonly ffn_gate?: Projection | undefined;
  readonly ffn_up: Projection;
  readonly ffn_down: Projection;
}

export interface ExpertLayerWeights {
  /** The router. [experts, width] */
  readonly ffn_gate_inp: Projection;
  /** Added to the router's scores for the choice of experts. */
  readonly exp_probs_b?: Weight | undefined;
  readonly projections: ExpertProjections;
  /** An expert that always takes part, and how much of it is let through. */
  readonly shared?: FeedForwardWeights | undefined;
  readonly ffn_gate_inp_shexp?: Projection | undefined;
}
