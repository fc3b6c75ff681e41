import { ModelError } from "../errors.ts";
import type { Metadata } from "../gguf/index.ts";
import { type Architecture, type WindowPattern, architectureEntry } from "./architectures/index.ts";
import { checkConfig } from "./check-config.ts";
import { fileFacts, perLayer, windowedLayers } from "./file-facts.ts";
import { readRope } from "./read-rope.ts";
import type { ModelConfig, RopeConfig } from "./config.ts";

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
