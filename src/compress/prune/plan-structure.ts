import { ModelError } from "../../errors.ts";
import type { Gguf, TensorInfo } from "../../gguf/index.ts";
import type { LayerConfig, ModelConfig } from "../../model/index.ts";
import type { StructureChoice } from "./choose-structure.ts";
import { type Span, keptSpans, scaledSpans, totalOf } from "./kept-spans.ts";

/** What becomes of a tensor that stays. */
export interface TensorPart {
  readonly info: TensorInfo;
  /** Its name in the output, where layers have other numbers. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Which rows stay; of a vector, which of its numbers. All unless given. */
  readonly rows?: readonly Span[] | undefined;
  /** Which columns stay. All unless given. */
  readonly columns?: readonly Span[] | undefined;
}

type Selection = Pick<TensorPart, "rows" | "columns">;

/**
 * The tensors of the smaller model.
 * @throws ModelError `UNSUPPORTED_PRUNING` for a tensor of which it is not known which part belongs to a channel or head, or
 * whose blocks don't end where a channel or head does
 */
export function planStructure(gguf: Gguf, config: ModelConfig, choice: StructureChoice): TensorPart[] {
  const removed = new Set(choice.layers);
  const kept = Array.from({ length: config.layers }, (_, layer) => layer).filter((layer) => !removed.has(layer));
  const places = new Map(kept.map((layer, place) => [layer, place]));
  const parts: TensorPart[] = [];
  for (const info of gguf.tensors.values()) {
    const [, number, part = ""] = /^blk\.(\d+)\.(.+)$/.exec(info.name) ?? [];
    if (part === "") {
      parts.push({ info, name: info.name, shape: info.shape });
      continue;
    }
    const layer = Number(number);
    if (removed.has(layer)) continue;
    const place = places.get(layer);
    if (place === undefined) {
      const reason = `"${info.name}" is of no layer that the model has`;
      throw new ModelError("UNSUPPORTED_PRUNING", `this model can't be pruned: ${reason}`);
    }
    const tensor = { info, part, config, layer: config.perLayer[layer] };
    const selection = {
      ...ofChannels(tensor, choice.channels?.[layer] ?? []),
      ...ofHeads(tensor, choice.kvHeads?.[layer] ?? []),
    };
    parts.push({ info, name: `blk.${place}.${part}`, shape: selectedShape(info, selection), ...selection });
  }
  return parts;
}

/** A tensor of a layer. */
interface LayerTensor {
  readonly info: TensorInfo;
  /** Its name without the layer's. */
  readonly part: string;
  readonly config: ModelConfig;
  readonly layer: LayerConfig;
}

/** Tensors that have nothing to do with any single channel or head. */
const common = /^(attn_norm|ffn_norm|post_attention_norm|post_ffw_norm)\.|\.(input_)?scale$/;

function ofChannels({ info, part, layer }: LayerTensor, removed: readonly number[]): Selection {
  if (removed.length === 0) return {};
  const length = layer.feedForwardLength;
  const spans = keptSpans(length, removed);
  if (part.startsWith("attn_") || part === "ffn_down.bias") return {};
  if (/^ffn_(gate|up)\.(weight|bias)$/.test(part)) {
    // A file may hold gate and up as one tensor.
    const isFused = info.shape.at(-1) === 2 * length;
    return { rows: isFused ? [...spans, ...scaledSpans(spans, 1, length)] : spans };
  }
  if (part === "ffn_down.weight") return { columns: spans };
  if (common.test(part)) return {};
  return unknown(info, "feed-forward channels");
}

function ofHeads({ info, part, config, layer }: LayerTensor, removed: readonly number[]): Selection {
  if (removed.length === 0) return {};
  const { keyLength, valueLength } = config;
  const { heads, kvHeads } = layer;
  const groupSize = heads / kvHeads;
  const spans = keptSpans(kvHeads, removed);
  const queries = scaledSpans(spans, groupSize * keyLength);
  const [, matrix] = /^(attn_q|attn_k|attn_v|attn_qkv)\.(?:weight|bias)$/.exec(part) ?? [];
  if (matrix === "attn_q") return { rows: queries };
  if (matrix === "attn_k") return { rows: scaledSpans(spans, keyLength) };
  if (matrix === "attn_v") return { rows: scaledSpans(spans, valueLength) };
  if (matrix === "attn_qkv") {
    const keys = scaledSpans(spans, keyLength, heads * keyLength);
    const values = scaledSpans(spans, valueLength, (heads + kvHeads) * keyLength);
    return { rows: [...queries, ...keys, ...values] };
  }
  if (part === "attn_output.weight") return { columns: scaledSpans(spans, groupSize * valueLength) };
  if (part === "attn_sinks.weight") return { rows: scaledSpans(spans, groupSize) };
  if (part === "attn_output.bias" || part.startsWith("ffn_") || part.startsWith("exp_") || common.test(part)) return {};
  const isShared = /^attn_[qk]_norm\.(weight|bias)$/.test(part) && info.shape.length === 1;
  if (isShared && info.shape[0] === keyLength) return {};
  return unknown(info, "attention heads");
}

function unknown({ name }: TensorInfo, what: string): never {
  const reason = `it is not known which part of "${name}" belongs to which`;
  throw new ModelError("UNSUPPORTED_PRUNING", `${what} of this model can't be removed: ${reason}`);
}

function selectedShape(info: TensorInfo, { rows, columns }: Selection): number[] {
  const { name, dtype, shape } = info;
  const result = [...shape];
  if (rows !== undefined) result[shape.length < 2 ? 0 : 1] = totalOf(rows);
  if (columns !== undefined) {
    result[0] = totalOf(columns);
    if (columns.flat().some((place) => place % dtype.blockLength !== 0)) {
      const hint = `remove whole blocks of them, or turn the model to F16 first`;
      const reason = `"${name}" is ${dtype.name}, in blocks of ${dtype.blockLength} columns; ${hint}`;
      throw new ModelError("UNSUPPORTED_PRUNING", `a part of a block can't be removed: ${reason}`);
    }
  }
  return result;
}

/** How many channels have to go together, so that whole blocks of `ffn_down` do: 1 for F32, F16 and BF16. */
export function channelBlock(gguf: Gguf): number {
  const down = [...gguf.tensors.values()].filter(({ name }) => /^blk\.\d+\.ffn_down\.weight$/.test(name));
  return Math.max(1, ...down.map(({ dtype }) => dtype.blockLength));
}
