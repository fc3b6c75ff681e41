import { formatByName, isIntegerFormat } from "../../kernels/formats/index.ts";
import type { CacheFormat, Precision, Weight } from "../tensor/index.ts";
import type { ModelConfig } from "./config.ts";
import type { LatentConfig } from "./latent-config.ts";
import type { LoadProjection } from "./load-projection.ts";
import { type TensorLoader, checkShape } from "./tensor-loader.ts";
import type { AttentionWeights, LatentAttentionWeights } from "./weights.ts";

/** Queries, keys and values, which a file may hold as one tensor, `attn_qkv`. */
export async function loadAttention(
  loader: TensorLoader,
  projection: LoadProjection,
  config: ModelConfig,
  layer: number,
): Promise<AttentionWeights> {
  const { width, keyLength, valueLength, variant } = config;
  const { heads, kvHeads } = config.perLayer[layer];
  const [queries, keys, values] = [heads * keyLength, kvHeads * keyLength, kvHeads * valueLength];
  const name = (part: string) => `blk.${layer}.${part}`;

  const fused = name("attn_qkv");
  const isFused = loader.has(`${fused}.weight`);
  if (isFused) checkShape(loader.info(`${fused}.weight`), queries + keys + values, width);
  if (isFused && loader.has(`${fused}.bias`)) checkShape(loader.info(`${fused}.bias`), 1, queries + keys + values);
  const part = (tensor: string, rows: number, firstRow: number) =>
    projection(name(tensor), rows, width, isFused ? { tensor: fused, firstRow } : undefined);

  const attn_q = await part("attn_q", queries, 0);
  const attn_k = await part("attn_k", keys, queries);
  const attn_v = await part("attn_v", values, queries + keys);
  const isNormalised = variant.plainQueryKeyNorm === true || loader.has(name("attn_k_norm.weight"));
  return {
    kind: "grouped",
    attn_q,
    attn_k,
    attn_v,
    cache: isNormalised ? "f32" : cacheFormat(loader.precision, [attn_k.weight, attn_v.weight]),
    attn_output: await projection(name("attn_output"), width, heads * valueLength),
    attn_sinks: variant.sinks === true ? await loader.load(name("attn_sinks.weight"), 1, heads) : undefined,
    plainNorm: variant.plainQueryKeyNorm === true ? await loader.loadOnes(keyLength) : undefined,
  };
}

/**
 * What quantised matrices make of quantised activations has an error beside which that of bfloat16 does not count, and
 * half the bytes are read in half the time. Keys that are normalised have lost much of that error again, so they and their
 * values stay as they are.
 */
function cacheFormat(precision: Precision, weights: readonly Weight[]): CacheFormat {
  const isQuantized = ({ dtype }: Weight) => isIntegerFormat(formatByName(dtype.name)!);
  return precision === "int8" && weights.every(isQuantized) ? "bf16" : "f32";
}

/** Latent attention: queries with or without a narrow vector before them, keys and values in the newer or older form. */
export async function loadLatentAttention(
  loader: TensorLoader,
  projection: LoadProjection,
  config: ModelConfig,
  latent: LatentConfig,
  layer: number,
): Promise<LatentAttentionWeights> {
  const { width } = config;
  const { heads } = config.perLayer[layer];
  const { queryRank, rank, keyLength, valueLength, rotaryLength } = latent;
  const plainLength = keyLength - rotaryLength;
  const name = (part: string) => `blk.${layer}.${part}`;
  const isNarrow = loader.has(name("attn_q_a.weight"));
  return {
    kind: "latent",
    attn_q: isNarrow ? undefined : await projection(name("attn_q"), heads * keyLength, width),
    attn_q_a: isNarrow ? await projection(name("attn_q_a"), queryRank, width) : undefined,
    attn_q_a_norm: isNarrow ? await loader.load(name("attn_q_a_norm.weight"), 1, queryRank) : undefined,
    attn_q_b: isNarrow ? await projection(name("attn_q_b"), heads * keyLength, queryRank) : undefined,
    attn_kv_a_mqa: await projection(name("attn_kv_a_mqa"), rank + rotaryLength, width),
    attn_kv_a_norm: await loader.load(name("attn_kv_a_norm.weight"), 1, rank),
    attn_k_b: latent.absorbed ? await loader.load(name("attn_k_b.weight"), heads * rank, plainLength) : undefined,
    attn_v_b: latent.absorbed ? await loader.load(name("attn_v_b.weight"), heads * valueLength, rank) : undefined,
    attn_kv_b: latent.absorbed
      ? undefined
      : await projection(name("attn_kv_b"), heads * (plainLength + valueLength), rank),
    attn_output: await projection(name("attn_output"), width, heads * valueLength),
  };
}
