import type { Gguf } from "../gguf/index.ts";
import type { Backend, ExpertProjections, Projection, Weight } from "../tensor/index.ts";
import type { ModelConfig } from "./config.ts";
import { loadAttention, loadLatentAttention } from "./load-attention.ts";
import { loadExperts, loadFeedForward } from "./load-feed-forward.ts";
import { loadNorm, loadNorms } from "./load-norms.ts";
import { projectionLoader } from "./load-projection.ts";
import type { LatentConfig } from "./latent-config.ts";
import { type LoadingOptions, TensorLoader } from "./tensor-loader.ts";

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

/** Tensors without use for the forward pass: of rotation (read elsewhere), scales, classifiers, layers for speculation. */
const ignored = /^rope_(freqs|factors_long|factors_short)\.|\.(input_)?scale$|^(cls|dense_)|rot_embd|\.nextn\./;

/**
 * Brings all weights to the backend, a tensor at a time.
 * @throws ModelError `MISSING_TENSOR`, `BAD_TENSOR` (a wrong shape), `UNKNOWN_TENSOR`, and what `Backend.loadWeight` throws
 */
export async function loadWeights(
  gguf: Gguf,
  config: ModelConfig,
  latent: LatentConfig | undefined,
  backend: Backend,
  options: LoadingOptions = {},
): Promise<ModelWeights> {
  const { vocabularySize, width, variant } = config;
  const loader = new TensorLoader(gguf, backend, options);
  const projection = projectionLoader(loader, variant);

  const token_embd = await loader.load("token_embd.weight", vocabularySize, width);
  const position_embd =
    variant.learnedPositions === true
      ? await loader.load("position_embd.weight", config.contextLength, width)
      : undefined;
  const layers: LayerWeights[] = [];
  for (let i = 0; i < config.layers; i++) {
    const feedForward = await loadFeedForward(loader, projection, config, i);
    layers.push({
      norms: await loadNorms(loader, config, i),
      attention:
        latent === undefined
          ? await loadAttention(loader, projection, config, i)
          : await loadLatentAttention(loader, projection, config, latent, i),
      feedForward,
      experts: feedForward === undefined ? await loadExperts(loader, projection, config, i) : undefined,
    });
  }
  const output_norm = await loadNorm(loader, config, "output_norm");
  const output = loader.has("output.weight")
    ? await projection("output", vocabularySize, width)
    : { weight: token_embd, bias: await loader.loadIfThere("output.bias", 1, vocabularySize) };
  loader.finish(new RegExp(`${ignored.source}|^blk\\.(${skippedLayers(gguf, config)})\\.`));
  return { token_embd, position_embd, layers, output_norm, output };
}

/** The layers behind those of the forward pass, for multi-token prediction, as a pattern. */
function skippedLayers(gguf: Gguf, { architecture, layers }: ModelConfig): string {
  const all = gguf.metadata.number(`${architecture}.block_count`);
  return Array.from({ length: Math.min(all - layers, 64) }, (_, i) => layers + i).join("|") || "none";
}
