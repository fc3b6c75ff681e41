import type { Operations, Rotary, Value } from "../tensor/index.ts";
import { scaleQuery } from "./attention.ts";
import type { ModelConfig } from "./config.ts";
import type { LatentConfig } from "./latent-config.ts";
import type { LatentAttentionWeights } from "./weights.ts";

/**
 * Multi-head latent attention of one layer (DeepSeek-AI 2024, "DeepSeek-V2", arXiv 2405.04434, section 2.1): all heads'
 * keys and values are made of one latent vector, and only a small part of each key, shared by all heads, is rotated.
 *
 * In the newer files the matrix that makes keys of the latent is multiplied into the query instead ("absorbed"), so that
 * attention runs over the latent vectors themselves, with one key-value head, and the cache is small.
 * @param x the layer's normalised input. [tokens, width]
 * @returns what is added to the residual stream. [tokens, width]
 */
export function latentAttention(
  ops: Operations,
  x: Value,
  weights: LatentAttentionWeights,
  config: ModelConfig,
  latent: LatentConfig,
  rotary: Rotary,
  layer: number,
): Value {
  const { rank, keyLength, valueLength, rotaryLength, scale } = latent;
  const plainLength = keyLength - rotaryLength;
  const { heads } = config.perLayer[layer];
  const name = (part: string) => `layer.${layer}.attention.${part}`;

  // [tokens, heads · keyLength], each head's rotated part behind the other
  const query = queries(ops, x, weights, config);
  const plainQuery = ops.slice(query, heads, 0, plainLength);
  const rotatedQuery = ops.rope(ops.slice(query, heads, plainLength, rotaryLength), rotary);

  // [tokens, rank + rotaryLength]
  const compressed = ops.linear(weights.attn_kv_a_mqa, x);
  const rotatedKey = ops.rope(ops.slice(compressed, 1, rank, rotaryLength), rotary);
  const latentVector = ops.rmsNorm(ops.slice(compressed, 1, 0, rank), weights.attn_kv_a_norm, config.epsilon);
  ops.named(name("latent"), latentVector);

  const attend = (q: Value, k: Value, v: Value, kvHeads: number, headLength: number, headValueLength: number) =>
    ops.attention(
      ops.named(name("query"), scaleQuery(ops, q, config, true)),
      ops.named(name("key"), k),
      ops.named(name("value"), v),
      { layer, heads, kvHeads, keyLength: headLength, valueLength: headValueLength, scale },
    );

  let mixed: Value;
  if (weights.attn_k_b !== undefined && weights.attn_v_b !== undefined) {
    const absorbed = ops.matmulHeads(weights.attn_k_b, plainQuery, heads); // [tokens, heads · rank]
    const q = ops.join(absorbed, rotatedQuery, heads, rotaryLength);
    const k = ops.join(latentVector, rotatedKey, 1, rotaryLength);
    const mixedLatent = attend(q, k, latentVector, 1, rank + rotaryLength, rank);
    mixed = ops.matmulHeads(weights.attn_v_b, mixedLatent, heads);
  } else {
    const both = ops.linear(weights.attn_kv_b!, latentVector); // [tokens, heads · (plainLength + valueLength)]
    const k = ops.join(ops.slice(both, heads, 0, plainLength), rotatedKey, heads, rotaryLength);
    const v = ops.slice(both, heads, plainLength, valueLength);
    mixed = attend(ops.join(plainQuery, rotatedQuery, heads, rotaryLength), k, v, heads, keyLength, valueLength);
  }
  return ops.linear(weights.attn_output, ops.named(name("mixed"), mixed));
}

/** Queries at once, or by way of a narrow vector and its norm. */
function queries(ops: Operations, x: Value, weights: LatentAttentionWeights, config: ModelConfig): Value {
  if (weights.attn_q !== undefined) return ops.linear(weights.attn_q, x);
  const narrow = ops.rmsNorm(ops.linear(weights.attn_q_a!, x), weights.attn_q_a_norm!, config.epsilon);
  return ops.linear(weights.attn_q_b!, narrow);
}
