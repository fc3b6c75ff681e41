import { ModelError } from "../errors.ts";
import type { Gguf, TensorInfo } from "../gguf/index.ts";
import type { Backend, Projection, Weight } from "../tensor/index.ts";
import type { ModelConfig } from "./config.ts";

/** The weights of one layer, by the names that GGUF gives them (`blk.0.attn_q.weight` is `attn_q`). */
export interface LayerWeights {
  readonly attn_norm: Weight;
  readonly attn_q: Projection;
  readonly attn_k: Projection;
  readonly attn_v: Projection;
  readonly attn_output: Projection;
  readonly ffn_norm: Weight;
  readonly ffn_gate: Projection;
  readonly ffn_up: Projection;
  readonly ffn_down: Projection;
}

/** All weights of a model. */
export interface ModelWeights {
  readonly token_embd: Weight;
  readonly layers: readonly LayerWeights[];
  readonly output_norm: Weight;
  /** The output matrix; the embedding where the file has none of its own ("tied"). */
  readonly output: Projection;
}

export interface LoadProgress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

/** The rows and columns that the matrices of a layer must have. */
function layerShapes(c: ModelConfig) {
  const query = c.heads * c.keyLength;
  const key = c.kvHeads * c.keyLength;
  const value = c.kvHeads * c.valueLength;
  return {
    attn_q: [query, c.width],
    attn_k: [key, c.width],
    attn_v: [value, c.width],
    attn_output: [c.width, c.heads * c.valueLength],
    ffn_gate: [c.feedForwardLength, c.width],
    ffn_up: [c.feedForwardLength, c.width],
    ffn_down: [c.width, c.feedForwardLength],
  } as const;
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
  const { vocabularySize, width } = config;
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

  const loadIfThere = async (name: string, columns: number) =>
    gguf.tensors.has(name) ? await load(name, 1, columns) : undefined;

  /**
   * A matrix with the scale and bias that the file may have for it. In a feed-forward network the scale multiplies
   * the bias too (llama.cpp 0c1e570, llama-graph.cpp, build_ffn), in attention it does not (build_qkv).
   */
  async function loadProjection(name: string, rows: number, columns: number): Promise<Projection> {
    const weight = await load(`${name}.weight`, rows, columns);
    const bias = await loadIfThere(`${name}.bias`, rows);
    const scale = await loadIfThere(`${name}.scale`, 1);
    return name.includes("ffn_") ? { weight, bias, outputScale: scale } : { weight, scale, bias };
  }

  async function loadLayer(i: number): Promise<LayerWeights> {
    const shapes = layerShapes(config);
    const projection = (key: keyof typeof shapes) => loadProjection(`blk.${i}.${key}`, ...shapes[key]);
    return {
      attn_norm: await load(`blk.${i}.attn_norm.weight`, 1, width),
      attn_q: await projection("attn_q"),
      attn_k: await projection("attn_k"),
      attn_v: await projection("attn_v"),
      attn_output: await projection("attn_output"),
      ffn_norm: await load(`blk.${i}.ffn_norm.weight`, 1, width),
      ffn_gate: await projection("ffn_gate"),
      ffn_up: await projection("ffn_up"),
      ffn_down: await projection("ffn_down"),
    };
  }

  const token_embd = await load("token_embd.weight", vocabularySize, width);
  const layers: LayerWeights[] = [];
  for (let i = 0; i < config.layers; i++) layers.push(await loadLayer(i));
  const output_norm = await load("output_norm.weight", 1, width);
  const output = gguf.tensors.has("output.weight")
    ? await loadProjection("output", vocabularySize, width)
    : { weight: token_embd };
  onProgress?.({ loadedBytes: totalBytes, totalBytes });
  return { token_embd, layers, output_norm, output };
}

function checkShape(info: TensorInfo, rows: number, columns: number): void {
  const [fileColumns = 1, fileRows = 1, ...rest] = info.shape;
  if (fileColumns !== columns || fileRows !== rows || rest.some((length) => length !== 1)) {
    const wanted = rows === 1 ? `[${columns}]` : `[${columns}, ${rows}]`;
    throw new ModelError(
      "BAD_TENSOR",
      `tensor "${info.name}" has shape [${info.shape.join(", ")}], expected ${wanted}`,
    );
  }
}
