import { ModelError } from "../errors.ts";
import type { Gguf, TensorInfo } from "../gguf/index.ts";
import type { Backend, Weight } from "../tensor/index.ts";
import type { ModelConfig } from "./config.ts";

/** The weights of one layer, by the names that GGUF gives them (`blk.0.attn_q.weight` is `attn_q`). */
export interface LayerWeights {
  readonly attn_norm: Weight;
  readonly attn_q: Weight;
  readonly attn_k: Weight;
  readonly attn_v: Weight;
  readonly attn_output: Weight;
  readonly attn_q_bias?: Weight;
  readonly attn_k_bias?: Weight;
  readonly attn_v_bias?: Weight;
  readonly attn_output_bias?: Weight;
  readonly ffn_norm: Weight;
  readonly ffn_gate: Weight;
  readonly ffn_up: Weight;
  readonly ffn_down: Weight;
  readonly ffn_gate_bias?: Weight;
  readonly ffn_up_bias?: Weight;
  readonly ffn_down_bias?: Weight;
}

/** All weights of a model. */
export interface ModelWeights {
  readonly token_embd: Weight;
  readonly layers: readonly LayerWeights[];
  readonly output_norm: Weight;
  /** The output matrix; the embedding where the file has none of its own ("tied"). */
  readonly output: Weight;
}

export interface LoadProgress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

/** The rows and columns that the weights of a layer must have; a vector is one row. */
function layerShapes(c: ModelConfig): Record<keyof LayerWeights, readonly [rows: number, columns: number]> {
  const query = c.heads * c.keyLength;
  const key = c.kvHeads * c.keyLength;
  const value = c.kvHeads * c.valueLength;
  return {
    attn_norm: [1, c.width],
    attn_q: [query, c.width],
    attn_k: [key, c.width],
    attn_v: [value, c.width],
    attn_output: [c.width, c.heads * c.valueLength],
    attn_q_bias: [1, query],
    attn_k_bias: [1, key],
    attn_v_bias: [1, value],
    attn_output_bias: [1, c.width],
    ffn_norm: [1, c.width],
    ffn_gate: [c.feedForwardLength, c.width],
    ffn_up: [c.feedForwardLength, c.width],
    ffn_down: [c.width, c.feedForwardLength],
    ffn_gate_bias: [1, c.feedForwardLength],
    ffn_up_bias: [1, c.feedForwardLength],
    ffn_down_bias: [1, c.width],
  };
}

/**
 * Brings all weights to the backend, a tensor at a time.
 * @throws ModelError `MISSING_TENSOR`, `BAD_TENSOR` (a wrong shape), and what `Backend.loadWeight` throws
 */
export async function loadWeights(
  gguf: Gguf,
  config: ModelConfig,
  backend: Backend,
  options: { onProgress?: (progress: LoadProgress) => void; signal?: AbortSignal } = {},
): Promise<ModelWeights> {
  const { onProgress, signal } = options;
  const totalBytes = [...gguf.tensors.values()].reduce((sum, tensor) => sum + tensor.byteLength, 0);
  let loadedBytes = 0;

  async function load(name: string, rows: number, columns: number): Promise<Weight> {
    const info = gguf.tensors.get(name);
    if (info === undefined) throw new ModelError("MISSING_TENSOR", `the file has no tensor "${name}"`);
    checkShape(info, rows, columns);
    signal?.throwIfAborted();
    const weight = await backend.loadWeight({
      name,
      dtype: info.dtype,
      rows,
      columns,
      read: (offset, length) => gguf.readTensor(info, offset, length, signal),
    });
    loadedBytes += info.byteLength;
    onProgress?.({ loadedBytes, totalBytes });
    return weight;
  }

  async function loadLayer(i: number): Promise<LayerWeights> {
    const weights: Partial<Record<keyof LayerWeights, Weight>> = {};
    for (const [key, [rows, columns]] of Object.entries(layerShapes(config))) {
      const isBias = key.endsWith("_bias");
      const name = `blk.${i}.${isBias ? key.slice(0, -"_bias".length) + ".bias" : key + ".weight"}`;
      if (isBias && !gguf.tensors.has(name)) continue;
      weights[key as keyof LayerWeights] = await load(name, rows, columns);
    }
    return weights as LayerWeights; // every key but the biases was loaded, or the loop threw
  }

  const { vocabularySize, width } = config;
  const token_embd = await load("token_embd.weight", vocabularySize, width);
  const layers: LayerWeights[] = [];
  for (let i = 0; i < config.layers; i++) layers.push(await loadLayer(i));
  const output_norm = await load("output_norm.weight", 1, width);
  const output = gguf.tensors.has("output.weight") ? await load("output.weight", vocabularySize, width) : token_embd;
  onProgress?.({ loadedBytes: totalBytes, totalBytes });
  return { token_embd, layers, output_norm, output };
}

function checkShape(info: TensorInfo, rows: number, columns: number): void {
  const [fileColumns = 1, fileRows = 1, ...rest] = info.shape;
  if (fileColumns !== columns || fileRows !== rows || rest.some((length) => length !== 1)) {
    const wanted = rows === 1 ? `[${columns}]` : `[${columns}, ${rows}]`;
    throw new ModelError("BAD_TENSOR", `tensor "${info.name}" has shape [${info.shape.join(", ")}], expected ${wanted}`);
  }
}
