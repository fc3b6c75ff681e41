import type { LoadedModel } from "../../model/index.ts";
import type { Taps } from "../../tensor/index.ts";
import { ExpertSums } from "./expert-sums.ts";
import type { ImportanceMatrix } from "./importance-matrix.ts";
import { type ReadChunksOptions, readChunks } from "./read-chunks.ts";

export interface ComputeImatrixOptions extends ReadChunksOptions {
  /** What to call the text, in the file. */
  readonly dataset?: string | undefined;
}

/** What the matrices of a layer are multiplied by, as the forward pass names it. */
const inputs: readonly (readonly [value: string, matrices: readonly string[]])[] = [
  ["attention.input", ["attn_q", "attn_k", "attn_v", "attn_qkv"]],
  ["attention.mixed", ["attn_output"]],
  ["feed_forward.input", ["ffn_gate", "ffn_up", "ffn_gate_shexp", "ffn_up_shexp"]],
  ["feed_forward.hidden", ["ffn_down"]],
  ["feed_forward.shared.hidden", ["ffn_down_shexp"]],
];

/** Names of the values that the matrices of layer `layer` are multiplied by, with the matrices that the file has. */
export function inputsOfLayer(model: LoadedModel, layer: number): ReadonlyMap<string, readonly string[]> {
  const { tensors } = model.gguf;
  const found = new Map<string, readonly string[]>();
  for (const [value, matrices] of inputs) {
    const names = matrices.map((matrix) => `blk.${layer}.${matrix}.weight`).filter((name) => tensors.has(name));
    if (names.length > 0) found.set(`layer.${layer}.${value}`, names);
  }
  return found;
}

/**
 * How much each column of the layers' matrices matters: sums of squares of what it is multiplied by, over whole chunks
 * of a text, as `llama-imatrix` computes them. Each expert has its own, over the tokens that come to it.
 * Source: `IMatrixCollector::collect_imatrix`, llama.cpp 0c1e570, tools/imatrix/imatrix.cpp
 * @throws InvalidArgumentError for a text shorter than a chunk
 */
export async function computeImatrix(
  model: LoadedModel,
  tokens: readonly number[],
  options: ComputeImatrixOptions = {},
): Promise<ImportanceMatrix> {
  const sums = new Map<string, Float64Array>();
  const taps: Record<string, Taps[string]> = {};
  const ofExperts: ExpertSums[] = [];
  for (let layer = 0; layer < model.config.layers; layer++) {
    for (const name of inputsOfLayer(model, layer).keys()) {
      taps[name] = ({ shape, data }) => {
        const columns = shape[1];
        const sum = sums.get(name) ?? new Float64Array(columns);
        sums.set(name, sum);
        addSquares(data, columns, sum);
      };
    }
    if (ExpertSums.hasExperts(model, layer)) {
      const ofLayer = new ExpertSums(model, layer);
      ofExperts.push(ofLayer);
      addTaps(taps, ofLayer.taps());
    }
  }
  const { chunk, chunks } = await readChunks(model, tokens, taps, options);
  const counts = Float32Array.of(chunks * chunk);
  const entries = new Map<string, { sums: Float32Array; counts: Float32Array }>();
  for (let layer = 0; layer < model.config.layers; layer++) {
    for (const [value, names] of inputsOfLayer(model, layer)) {
      const sum = sums.get(value);
      for (const name of sum === undefined ? [] : names) entries.set(name, { sums: Float32Array.from(sum!), counts });
    }
  }
  for (const ofLayer of ofExperts) for (const [name, entry] of ofLayer.entries()) entries.set(name, entry);
  const datasets = options.dataset === undefined ? [] : [options.dataset];
  return { entries, datasets, chunkCount: chunks, chunkSize: chunk };
}

/** Lets several read the same value. */
function addTaps(all: Record<string, Taps[string]>, more: Taps): void {
  for (const [name, show] of Object.entries(more)) {
    const before = all[name] as Taps[string] | undefined;
    all[name] = (value, valueName) => {
      before?.(value, valueName);
      show(value, valueName);
    };
  }
}

function addSquares(data: Float32Array, columns: number, sum: Float64Array): void {
  for (let row = 0; row < data.length; row += columns) {
    for (let k = 0; k < columns; k++) sum[k] += data[row + k] * data[row + k];
  }
}
