import { ModelError } from "../errors.ts";
import type { Metadata } from "../gguf/index.ts";
import type { RopePairing } from "../tensor/index.ts";

/** The numbers that make a model out of the forward pass, read from a GGUF file's metadata. */
export interface ModelConfig {
  readonly architecture: string;
  readonly vocabularySize: number;
  /** Length of the residual stream (`embedding_length`). */
  readonly width: number;
  readonly layers: number;
  /** The longest text that the model was trained on. */
  readonly contextLength: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly keyLength: number;
  readonly valueLength: number;
  readonly feedForwardLength: number;
  /** Added to the mean square under the root of the RMS norm. */
  readonly epsilon: number;
  readonly rope: RopeConfig;
}

/** Rotary position embedding as the metadata describes it. */
export interface RopeConfig {
  readonly pairing: RopePairing;
  /** How much of a head is rotated. */
  readonly length: number;
  readonly base: number;
  readonly scaling: "none" | "linear" | "yarn";
  /** By how much positions are stretched, 1 for not at all. */
  readonly factor: number;
  readonly originalContextLength: number;
  /** Factor on the rotated numbers that the model's maker set, 1 for none. */
  readonly attentionFactor: number;
}

/** The architectures that `readConfig` accepts, with the pairing of their rotary embedding. */
const architectures: Readonly<Record<string, RopePairing>> = { llama: "adjacent" };

/**
 * Reads the configuration.
 * @param vocabularySize rows of the embedding, which the metadata may not tell
 * @throws ModelError `UNSUPPORTED_ARCHITECTURE`, `BAD_CONFIG`; GgufError for a missing key
 */
export function readConfig(metadata: Metadata, vocabularySize: number): ModelConfig {
  const architecture = metadata.string("general.architecture");
  const pairing = architectures[architecture];
  if (pairing === undefined) {
    throw new ModelError(
      "UNSUPPORTED_ARCHITECTURE",
      `architecture "${architecture}" is not supported; supported: ${Object.keys(architectures).join(", ")}`,
    );
  }
  const number = (key: string, fallback?: number) => metadata.number(`${architecture}.${key}`, fallback);

  const width = number("embedding_length");
  const layers = number("block_count");
  const heads = number("attention.head_count");
  const config: ModelConfig = {
    architecture,
    vocabularySize,
    width,
    layers,
    contextLength: number("context_length"),
    heads,
    kvHeads: number("attention.head_count_kv", heads),
    keyLength: number("attention.key_length", width / heads),
    valueLength: number("attention.value_length", width / heads),
    feedForwardLength: number("feed_forward_length"),
    epsilon: number("attention.layer_norm_rms_epsilon"),
    rope: readRope(metadata, architecture, pairing, number("attention.key_length", width / heads)),
  };
  check(config);
  if (number("expert_count", 0) > 0) {
    throw new ModelError("UNSUPPORTED_ARCHITECTURE", `"${architecture}" with experts is not supported yet`);
  }
  return config;
}

function readRope(metadata: Metadata, architecture: string, pairing: RopePairing, headLength: number): RopeConfig {
  const key = (name: string) => `${architecture}.rope.${name}`;
  const factor = metadata.number(key("scaling.factor"), metadata.number(key("scale_linear"), 0)) || 1;
  // A factor without a type is linear: the files of before the type existed.
  const scaling = metadata.string(key("scaling.type"), factor === 1 ? "none" : "linear");
  if (scaling !== "none" && scaling !== "linear" && scaling !== "yarn") {
    throw new ModelError("BAD_CONFIG", `${key("scaling.type")} is "${scaling}"; known: none, linear, yarn`);
  }
  return {
    pairing,
    length: metadata.number(key("dimension_count"), headLength),
    base: metadata.number(key("freq_base"), 10000),
    scaling,
    factor,
    originalContextLength: metadata.number(
      key("scaling.original_context_length"),
      metadata.number(`${architecture}.context_length`),
    ),
    attentionFactor: metadata.number(key("scaling.attn_factor"), 1),
  };
}

/** Refuses numbers with which the forward pass would read past its arrays or divide by zero. */
function check(config: ModelConfig): void {
  const refuse = (what: string) => {
    throw new ModelError("BAD_CONFIG", `the metadata of this ${config.architecture} model make no sense: ${what}`);
  };
  for (const [name, value] of Object.entries(config)) {
    if (typeof value !== "number" || name === "epsilon") continue;
    if (!Number.isInteger(value) || value < 1 || value > 0x7fffffff) refuse(`${name} is ${value}`);
  }
  if (config.heads % config.kvHeads !== 0) refuse(`${config.heads} heads for ${config.kvHeads} key-value heads`);
  const { length, base, factor } = config.rope;
  if (!Number.isInteger(length) || length < 0 || length % 2 !== 0 || length > config.keyLength) {
    refuse(`${length} of a head's ${config.keyLength} numbers are rotated`);
  }
  if (!(base > 0) || !(factor > 0) || !(config.epsilon >= 0))
    refuse("a rotary base, factor or epsilon is not positive");
}
