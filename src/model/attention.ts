import { alibiSlopes } from "../../kernels/reference/index.ts";
import type { Operations, Rotary, Value } from "../tensor/index.ts";
import type { ModelConfig } from "./config.ts";
import { normalise } from "./norm.ts";
import type { AttentionWeights, LayerNorms } from "./weights.ts";

/**
 * Grouped-query self-attention of one layer (Vaswani et al. 2017 §3.2; Ainslie et al. 2023), with rotary positions
 * (Su et al. 2021 §3.4) in the layers that have them.
 * @param x the layer's normalised input. [tokens, width]
 * @returns what is added to the residual stream. [tokens, width]
 */
export function attention(
  ops: Operations,
  x: Value,
  weights: AttentionWeights,
  norms: LayerNorms,
  config: ModelConfig,
  rotary: Rotary | undefined,
  layer: number,
): Value {
  const { keyLength, valueLength, clampAttention, variant } = config;
  const { heads, kvHeads, window } = config.perLayer[layer];
  const name = (part: string) => `layer.${layer}.attention.${part}`;
  const clamp = (value: Value) => (clampAttention > 0 ? ops.clamp(value, clampAttention) : value);

  // [tokens, heads · keyLength] and, for keys and values, [tokens, kvHeads · length]
  let query = clamp(ops.linear(weights.attn_q, x));
  let key = clamp(ops.linear(weights.attn_k, x));
  const value = ops.named(name("value"), clamp(ops.linear(weights.attn_v, x)));

  // Positions, and the norms of queries and keys, most often before them.
  const position = (part: Value) => (rotary === undefined ? part : ops.rope(part, rotary));
  if (variant.normAfterRope === true) {
    query = normalise(ops, position(query), norms.attn_q_norm, config);
    key = normalise(ops, position(key), norms.attn_k_norm, config);
  } else {
    query = position(normalise(ops, query, norms.attn_q_norm, config));
    key = position(normalise(ops, key, norms.attn_k_norm, config));
  }
  if (weights.plainNorm !== undefined && rotary !== undefined) {
    query = ops.rmsNorm(query, weights.plainNorm, config.epsilon);
    key = ops.rmsNorm(key, weights.plainNorm, config.epsilon);
  }
  query = ops.named(name("query"), scaleQuery(ops, query, config, rotary !== undefined));
  key = ops.named(name("key"), key);

  // The softmax weights never exist as a whole; `layer.N.attention.weights` computes them when tapped.
  const mixed = ops.attention(query, key, value, {
    layer,
    heads,
    kvHeads,
    keyLength,
    valueLength,
    scale: variant.attentionScale ?? 1 / Math.sqrt(keyLength),
    softCap: variant.attentionSoftCap,
    cache: weights.cache,
    window,
    sinks: weights.attn_sinks,
    slopes: variant.alibi === undefined || variant.alibi === 0 ? undefined : alibiSlopes(heads, variant.alibi),
  });
  return ops.linear(weights.attn_output, ops.named(name("mixed"), mixed));
}

/** Scales queries up with their position, for architectures that sharpen attention over long texts so. */
export function scaleQuery(ops: Operations, query: Value, { variant }: ModelConfig, isRotated: boolean): Value {
  const scale = variant.queryScale;
  if (scale === undefined || scale.strength === 0 || (scale.layers === "notRotated" && isRotated)) return query;
  return ops.positionScale(query, scale);
}
