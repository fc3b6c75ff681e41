import type { Gguf } from "../gguf/index.ts";
import type { Backend, Program } from "../tensor/index.ts";
import type { ModelConfig } from "./config.ts";
import { llama } from "./llama.ts";
import { loadWeights } from "./load-weights.ts";
import { readConfig } from "./read-config.ts";
import { readLatentConfig } from "./latent-config.ts";
import { readRotaries } from "./rotary.ts";
import type { LoadProgress } from "./tensor-loader.ts";
import type { ModelWeights } from "./weights.ts";
import { ModelError } from "../errors.ts";

/** A model that can compute: what `Context` and generation work with. */
export interface LoadedModel {
  readonly gguf: Gguf;
  readonly config: ModelConfig;
  readonly weights: ModelWeights;
  readonly backend: Backend;
  readonly program: Program;
}

export interface LoadModelOptions {
  /** The longest text that will be read; it decides which factors LongRoPE takes. Default: that of the training. */
  readonly contextLength?: number | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads configuration and weights from an open file, and compiles the forward pass.
 * @throws ModelError, GgufError
 */
export async function loadModelInto(
  backend: Backend,
  gguf: Gguf,
  options: LoadModelOptions = {},
): Promise<LoadedModel> {
  const embedding = gguf.tensors.get("token_embd.weight");
  if (embedding === undefined) throw new ModelError("MISSING_TENSOR", `the file has no tensor "token_embd.weight"`);
  const config = readConfig(gguf.metadata, embedding.shape[1] ?? 1, gguf.tensors);
  const latent = readLatentConfig(gguf.metadata, config);
  const rotaries = await readRotaries(gguf, config, options.contextLength ?? config.contextLength);
  const weights = await loadWeights(gguf, config, latent, backend, options);
  const program = await backend.compile((ops) => llama(ops, weights, { config, rotaries, latent }));
  return { gguf, config, weights, backend, program };
}
