import type { Operations, Rotary, Value } from "../tensor/index.ts";
import type { ModelConfig } from "./config.ts";
import type { LayerWeights } from "./weights.ts";

/**
 * Grouped-query self-attention of one layer (Vaswani et al. 2017 §3.2; Ainslie et al. 2023), with rotary positions
 * (Su et al. 2021 §3.4).
 * @param x the layer's normalised input. [tokens, width]
 * @returns what is added to the residual stream. [tokens, width]
 */
export function attention(
  ops: Operations,
  x: Value,
  weights: LayerWeights,
  config: ModelConfig,
  rotary: Rotary,
  layer: number,
): Value {
  const name = (part: string) => `layer.${layer}.attention.${part}`;

  // [tokens, heads · keyLength] and, for keys and values, [tokens, kvHeads · length]
  const query = ops.linear(weights.attn_q, x);
  const key = ops.linear(weights.attn_k, x);
  const value = ops.named(name("value"), ops.linear(weights.attn_v, x));

  const rotatedQuery = ops.named(name("query"), ops.rope(query, rotary));
  const rotatedKey = ops.named(name("key"), ops.rope(key, rotary));

  // The softmax weights never exist as a whole; `layer.N.attention.weights` computes them when tapped.
  const mixed = ops.attention(rotatedQuery, rotatedKey, value, {
    layer,
    heads: config.heads,
    kvHeads: config.kvHeads,
    keyLength: config.keyLength,
    valueLength: config.valueLength,
    scale: 1 / Math.sqrt(config.keyLength),
  });
  return ops.linear(weights.attn_output, ops.named(name("mixed"), mixed));
}
