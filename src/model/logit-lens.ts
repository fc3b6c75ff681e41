import { type Backend, dtypeByName } from "../tensor/index.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { projectionLoader } from "./load-projection.ts";
import { loadOutput, output } from "./output.ts";
import { TensorLoader } from "./tensor-loader.ts";

/** Logits of the residuals `first` … of those that were asked about. [rows, vocabularySize] */
export interface LensRows {
  readonly first: number;
  readonly logits: Float32Array;
}

/**
 * The logit lens (nostalgebraist 2020): what the model would say if a residual stream in the midst of its layers were the
 * last one's. Output norm and output matrix are applied to each row, by the kernels and in the precision of `backend`: of
 * the last layer's residuals they give the model's own logits, bit for bit.
 *
 * It is a model of its own, which the backend must be new for: its embedding is the table of residuals, and it has no layers.
 * @param residuals rows of the residual stream. [rows, width]
 */
export async function* logitLens(
  model: LoadedModel,
  backend: Backend,
  residuals: Float32Array,
  signal?: AbortSignal,
): AsyncGenerator<LensRows, void, undefined> {
  const { config, gguf } = model;
  const { vocabularySize, width } = config;
  const loader = new TensorLoader(gguf, backend, { signal });
  const rows = residuals.length / width;
  const bytes = new Uint8Array(residuals.buffer, residuals.byteOffset, residuals.byteLength);
  const table = await backend.loadWeight({
    name: "residuals",
    dtype: dtypeByName("F32")!,
    rows,
    columns: width,
    read: (offset, length) => Promise.resolve(bytes.slice(offset, offset + length)),
  });
  const weights = await loadOutput(loader, projectionLoader(loader, config.variant), config, () =>
    loader.load("token_embd.weight", vocabularySize, width),
  );
  const program = await backend.compile((ops) => output(ops, ops.embed(table), weights, config));
  const cache = program.createCache({ ...config, layers: 0 });
  const step = Math.min(backend.maxBatch, backend.maxOutputs);
  try {
    for (let first = 0; first < rows; first += step) {
      signal?.throwIfAborted();
      const length = Math.min(step, rows - first);
      const zeros = new Int32Array(length);
      const outputs = Int32Array.from(zeros.keys());
      const tokens = outputs.map((i) => first + i);
      const batch = { tokens, positions: zeros, sequences: zeros, pageTables: [new Int32Array(0)], outputs };
      yield { first, logits: await program.run(batch, cache) };
    }
  } finally {
    cache.release();
  }
}
