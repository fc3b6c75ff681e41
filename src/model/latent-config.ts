import { log } from "../../kernels/reference/index.ts";
import { ModelError } from "../errors.ts";
import type { Metadata } from "../gguf/index.ts";
import type { ModelConfig } from "./config.ts";

/** The lengths of latent attention. */
export interface LatentConfig {
  /** Length of the narrow vector that queries come from. */
  readonly queryRank: number;
  /** Length of the latent vector of keys and values, which is what the cache keeps. */
  readonly rank: number;
  /** Of a head's queries and keys, the rotated part included. */
  readonly keyLength: number;
  readonly valueLength: number;
  /** How much of a key is rotated, and shared by all heads. */
  readonly rotaryLength: number;
  /** Whether the cache keeps the latent (newer files), or each head's keys and values. */
  readonly absorbed: boolean;
  /** Factor on query · key. */
  readonly scale: number;
}

/**
 * Reads the lengths of latent attention, undefined for models without. Newer files describe the cache by `key_length`
 * and `value_length`, and the heads by `key_length_mla` and `value_length_mla`.
 * @throws ModelError `BAD_CONFIG`
 */
export function readLatentConfig(metadata: Metadata, config: ModelConfig): LatentConfig | undefined {
  if (config.variant.latent !== true) return undefined;
  const number = (key: string, fallback?: number) =>
    metadata.number(`${config.architecture}.attention.${key}`, fallback);
  const rank = number("kv_lora_rank");
  const absorbed = number("key_length_mla", 0) > 0;
  const keyLength = absorbed ? number("key_length_mla") : config.keyLength;
  const valueLength = absorbed ? number("value_length_mla") : config.valueLength;
  const rotaryLength = config.rope.length;
  const cached = [config.kvHeads, config.keyLength, config.valueLength];
  const expected = absorbed ? [1, rank + rotaryLength, rank] : [config.heads, keyLength, valueLength];
  const lengths = [rank, keyLength - rotaryLength, valueLength, rotaryLength];
  if (cached.some((length, i) => length !== expected[i]) || lengths.some((length) => !(length > 0))) {
    const found = `a cache of ${cached.join(", ")}, expected ${expected.join(", ")}`;
    throw new ModelError("BAD_CONFIG", `the lengths of latent attention don't fit each other: ${found}`);
  }
  const scale = yarnSharpness(config) ** 2 / Math.sqrt(keyLength);
  return { queryRank: number("q_lora_rank", 0), rank, keyLength, valueLength, rotaryLength, absorbed, scale };
}

/**
 * What YaRN's magnitude comes to in the attention's logits, of which the rotated part is only a part: DeepSeek-V2 puts it
 * on the whole (llama.cpp 0c1e570, src/models/deepseek2.cpp, and llama-context.cpp for `yarn_attn_factor`).
 */
function yarnSharpness({ rope, variant }: ModelConfig): number {
  const { factor, scaling, attentionFactor } = rope;
  const strength = variant.yarnLogMultiplier ?? 0;
  const stretch = 0.1 * log(factor);
  // With a multiplier the rotated part keeps its length.
  const rotated = scaling === "yarn" && (strength !== 0 || factor <= 1) ? 1 : 1 + stretch;
  return attentionFactor * rotated * (1 + strength * stretch);
}
