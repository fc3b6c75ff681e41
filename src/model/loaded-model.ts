import type { Gguf } from "../gguf/index.ts";
import type { Backend, Program } from "../tensor/index.ts";
import { type ModelConfig, readConfig } from "./config.ts";
import { llama } from "./llama.ts";
import { readRotary } from "./rotary.ts";
import { type LoadProgress, type ModelWeights, loadWeights } from "./weights.ts";
import { ModelError } from "../errors.ts";

/** A model that can compute: what `Context` and generation work with. */
export interface LoadedModel {
  readonly gguf: Gguf;
  readonly config: ModelConfig;
  readonly weights: ModelWeights;
  readonly backend: Backend;
  readonly program: Program;
}

/**
 * Reads configuration and weights from an open file, and compiles the forward pass.
 * @throws ModelError, GgufError
 */
export async function loadModelInto(
  backend: Backend,
  gguf: Gguf,
  options: { onProgress?: (progress: LoadProgress) => void; signal?: AbortSignal } = {},
): Promise<LoadedModel> {
  const embedding = gguf.tensors.get("token_embd.weight");
  if (embedding === undefined) throw new ModelError("MISSING_TENSOR", `the file has no tensor "token_embd.weight"`);
  const config = readConfig(gguf.metadata, embedding.shape[1] ?? 1);
  const rotary = await readRotary(gguf, config);
  const weights = await loadWeights(gguf, config, backend, options);
  const program = await backend.compile((ops) => llama(ops, weights, config, rotary));
  return { gguf, config, weights, backend, program };
}
