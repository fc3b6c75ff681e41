import type { Metadata } from "../gguf/index.ts";
import type { AttentionWindow } from "../tensor/index.ts";
import type { FileFacts, WindowPattern } from "./architectures/index.ts";
import { ModelError } from "../errors.ts";

/** A file's metadata and tensors as the architectures' records ask for them. */
export function fileFacts(
  metadata: Metadata,
  architecture: string,
  vocabularySize: number,
  tensors: { has(name: string): boolean },
): FileFacts {
  const key = (name: string) => `${architecture}.${name}`;
  return {
    layers: metadata.number(key("block_count")) - metadata.number(key("nextn_predict_layers"), 0),
    width: metadata.number(key("embedding_length")),
    vocabularySize,
    number: (name, fallback = 0) => metadata.number(key(name), fallback),
    numbers: (name) => (isArray(metadata, key(name)) ? Array.from(metadata.numbers(key(name))) : []),
    flag: (name, fallback) => metadata.boolean(key(name), fallback),
    has: (tensor) => tensors.has(tensor),
  };
}

/**
 * Reads a number of each layer: a key may hold one for all, or an array with one for each.
 * @returns function of a key and what stands for it where it is missing. [layers]
 */
export function perLayer(metadata: Metadata, architecture: string, layers: number) {
  return (name: string, fallback?: readonly number[]): readonly number[] => {
    const key = `${architecture}.${name}`;
    if (fallback !== undefined && !metadata.has(key)) return fallback;
    if (!isArray(metadata, key)) return new Array<number>(layers).fill(metadata.number(key));
    const numbers = metadata.numbers(key);
    if (numbers.length < layers) {
      throw new ModelError("BAD_CONFIG", `${key} has ${numbers.length} numbers for ${layers} layers`);
    }
    return Array.from(numbers).slice(0, layers);
  };
}

/** The window of each layer, undefined where a layer sees everything. [layers] */
export function windowedLayers(
  metadata: Metadata,
  architecture: string,
  pattern: WindowPattern | undefined,
  layers: number,
): readonly (AttentionWindow | undefined)[] {
  const windowed = pattern !== undefined && pattern.length > 0;
  const window = windowed ? { kind: pattern.kind ?? "sliding", length: pattern.length } : undefined;
  const key = `${architecture}.attention.sliding_window_pattern`;
  if (windowed && isArray(metadata, key)) {
    const flags = flagsOf(metadata, key);
    return Array.from({ length: layers }, (_, i) => (flags[i] ? window : undefined));
  }
  const period = windowed ? metadata.number(key, pattern.period) : 1;
  return Array.from({ length: layers }, (_, i) => (period === 0 || i % period < period - 1 ? window : undefined));
}

/** An array of flags, which may be stored as numbers. */
function flagsOf(metadata: Metadata, key: string): ArrayLike<unknown> {
  const found = metadata.get(key);
  return found?.type === "array" && found.elementType === "bool" ? found.value : metadata.numbers(key);
}

function isArray(metadata: Metadata, key: string): boolean {
  return metadata.get(key)?.type === "array";
}
