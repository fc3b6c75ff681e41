import { Metadata, type MetadataArray, type MetadataValue, splitKeys } from "../../gguf/index.ts";
import type { ModelConfig } from "../../model/index.ts";
import type { StructureChoice } from "./choose-structure.ts";

/** What is no longer true of a smaller model in one file. */
const dropped = new Set([...splitKeys, "general.size_label"]);

/** The metadata of the smaller model: the input's, with its numbers of layers, channels and heads. */
export function prunedMetadata(metadata: Metadata, config: ModelConfig, choice: StructureChoice): Metadata {
  const { architecture, perLayer, keyLength, valueLength } = config;
  const removed = new Set(choice.layers);
  const kept = perLayer.filter((_, layer) => !removed.has(layer));
  const key = (name: string) => `${architecture}.${name}`;
  const changed = new Map<string, MetadataValue>();
  const set = (name: string, value: number) => changed.set(key(name), { type: "uint32", value });
  if (removed.size > 0) set("block_count", kept.length);
  const channels = choice.channels?.find((_, layer) => !removed.has(layer))?.length ?? 0;
  if (channels > 0) set("feed_forward_length", kept[0].feedForwardLength - channels);
  const kvHeads = choice.kvHeads?.find((_, layer) => !removed.has(layer))?.length ?? 0;
  if (kvHeads > 0) {
    const { heads, kvHeads: all } = kept[0];
    set("attention.head_count", (heads / all) * (all - kvHeads));
    set("attention.head_count_kv", all - kvHeads);
    // Without them they would be the width over the number of heads.
    set("attention.key_length", keyLength);
    set("attention.value_length", valueLength);
  }
  const entries: (readonly [string, MetadataValue])[] = [];
  for (const [name, value] of metadata) {
    if (dropped.has(name)) continue;
    const isPerLayer = value.type === "array" && value.value.length === perLayer.length && name.startsWith(key(""));
    entries.push([name, changed.get(name) ?? (isPerLayer ? withoutLayers(value, removed) : value)]);
  }
  for (const [name, value] of changed) if (!metadata.has(name)) entries.push([name, value]);
  return new Metadata(entries);
}

/** An array with a value for each layer. */
function withoutLayers(array: MetadataArray, removed: ReadonlySet<number>): MetadataArray {
  const stays = (_: unknown, layer: number) => !removed.has(layer);
  const value = array.value as unknown as { filter(keep: typeof stays): never };
  return { ...array, value: value.filter(stays) };
}
