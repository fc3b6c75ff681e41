import { ModelError } from "../errors.ts";
import type { Metadata } from "../gguf/index.ts";
import type { AttentionWindow, RopePairing } from "../tensor/index.ts";
import { type Architecture, type WindowPattern, architectureEntry } from "./architectures/index.ts";
import { checkConfig } from "./check-config.ts";
import { fileFacts, perLayer, windowedLayers } from "./file-facts.ts";
import { readRope } from "./read-rope.ts";

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

/**
 * Reads the configuration.
 * @param vocabularySize rows of the embedding, which the metadata may not tell
 * @param tensors the file's tensors by name: some files differ from others of their architecture in what they hold
 * @throws ModelError `UNSUPPORTED_ARCHITECTURE`, `BAD_CONFIG`; GgufError for a missing key
 */
export function readConfig(
  metadata: Metadata,
  vocabularySize: number,
  tensors: { has(name: string): boolean } = new Set<string>(),
): ModelConfig {
  const architecture = metadata.string("general.architecture");
  const entry = architectureEntry(architecture);
  const number = (key: string, fallback?: number) => metadata.number(`${architecture}.${key}`, fallback);
  const layers = number("block_count") - number("nextn_predict_layers", 0);
  const width = number("embedding_length");
  if (!Number.isInteger(layers) || layers < 1 || layers > 4096) {
    throw new ModelError("BAD_CONFIG", `the metadata of this ${architecture} model make no sense: ${layers} layers`);
  }
  const facts = fileFacts(metadata, architecture, vocabularySize, tensors);
  const variant = typeof entry === "function" ? entry(facts) : entry;
  const read = perLayer(metadata, architecture, layers);

  const heads = read("attention.head_count");
  const kvHeads = read("attention.head_count_kv", heads);
  const feedForward = read("feed_forward_length");
  const keyLength = number("attention.key_length", width / heads[0]);
  const rope = readRope(metadata, architecture, variant, keyLength);
  const windows = windowedLayers(metadata, architecture, variant.window, layers);
  const windowRope = ropeOfWindows(rope, variant.window, number("rope.freq_base_swa", NaN));

  const config: ModelConfig = {
    architecture,
    variant,
    vocabularySize,
    width,
    layers,
    contextLength: number("context_length"),
    heads: heads[0],
    kvHeads: Math.max(...kvHeads),
    keyLength,
    valueLength: number("attention.value_length", width / heads[0]),
    feedForwardLength: feedForward[0],
    epsilon: number(variant.norm === "layer" ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon"),
    rope,
    perLayer: Array.from({ length: layers }, (_, i) => ({
      heads: heads[i],
      kvHeads: kvHeads[i],
      feedForwardLength: feedForward[i],
      rope: rotates(variant, i, windows[i] !== undefined) ? (windows[i] === undefined ? rope : windowRope) : undefined,
      window: windows[i],
    })),
    clampAttention: number("attention.clamp_kqv", 0),
    expertsUsed: number("expert_used_count", 0),
    expertGroups: number("expert_group_count", 0),
    expertGroupsUsed: number("expert_group_used_count", 0),
  };
  checkConfig(config);
  return config;
}

function rotates({ rope, ropeLayers = "all" }: Architecture, layer: number, windowed: boolean): boolean {
  if (rope === "none") return false;
  if (ropeLayers === "windowed") return windowed;
  return ropeLayers === "all" || (layer + 1) % 4 !== 0;
}

/** Rotation in layers with a window. */
function ropeOfWindows(rope: RopeConfig, pattern: WindowPattern | undefined, fileBase: number): RopeConfig {
  if (pattern === undefined) return rope;
  const base = Number.isNaN(fileBase) ? (pattern.ropeBase ?? rope.base) : fileBase;
  const scaled = pattern.ropeScaled ?? true;
  if (base === rope.base && (scaled || rope.scaling === "none")) return rope;
  return scaled ? { ...rope, base } : { ...rope, base, scaling: "none", factor: 1 };
}
