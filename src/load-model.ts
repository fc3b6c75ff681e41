import { InvalidArgumentError } from "./errors.ts";
import { type Gguf, openGguf, openSource } from "./gguf/index.ts";
import { type LoadProgress, loadModelInto } from "./model/index.ts";
import { type Backend, type Precision, createReferenceBackend } from "./tensor/index.ts";
import { LanguageModel } from "./language-model.ts";

/**
 * Where a model comes from: a path, a URL (`https:` needs a server that answers range requests), a file, the files of a
 * split model, or bytes.
 */
export type ModelSource = string | URL | Blob | readonly File[] | Uint8Array | ArrayBuffer;

export interface LoadOptions {
  /** `int8` is the fast default for quantised weights, `f32` the yardstick. */
  readonly precision?: Precision;
  /** `reference`: the scalar definition. */
  readonly kernels?: Backend["kernels"];
  readonly threads?: number;
  /** The most tokens of a text, for contexts that don't say. Default: what the model was trained on. */
  readonly contextLength?: number;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Loads a model.
 * @throws GgufError for a file that is not there or is none, ModelError for a model that can't be run, the signal's reason
 * when aborted
 */
export async function loadModel(source: ModelSource, options: LoadOptions = {}): Promise<LanguageModel> {
  const { signal, onProgress } = options;
  const backend = createBackend(options);
  let gguf: Gguf | undefined;
  try {
    gguf = await openGguf(await openSource(source, { signal }), { signal });
    const model = await loadModelInto(backend, gguf, { signal, onProgress });
    return new LanguageModel(model, options.contextLength);
  } catch (error) {
    await gguf?.close();
    await backend.close();
    throw error;
  }
}

function createBackend({ precision = "int8", kernels = "reference", threads = 1 }: LoadOptions): Backend {
  if (!Number.isInteger(threads) || threads < 1)
    throw new InvalidArgumentError(`threads must be at least 1, not ${threads}`);
  // The types say so too, but scripts without types would get another precision than they think.
  if (!["int8", "f32"].includes(precision))
    throw new InvalidArgumentError(`precision must be "int8" or "f32", not "${precision}"`);
  if (kernels !== "reference") throw new InvalidArgumentError(`kernels must be "reference", not "${kernels}"`);
  return createReferenceBackend(precision);
}
