import { type BackendOptions, createBackend } from "./create-backend.ts";
import { type DownloadOptions, type DownloadProgress, downloadModel, remoteModel } from "./download/index.ts";
import { embeddedModel } from "./embedded-model/index.ts";
import { ModelError } from "./errors.ts";
import { type ByteSource, openGguf, openSource } from "./gguf/index.ts";
import { type LoadProgress, loadModelInto } from "./model/index.ts";
import { runtimeName } from "./platform/index.ts";
import { LanguageModel } from "./language-model.ts";

/**
 * Where a model comes from: a path; a model of a hub, `hf:owner/repo/file.gguf` or `hf:owner/repo:Q4_K_M`, which is
 * fetched into the cache; a URL, of which the bytes are read without a cache (its server must answer range requests); a
 * file; the files of a split model; or bytes.
 */
export type ModelSource = string | URL | Blob | readonly File[] | Uint8Array | ArrayBuffer;

export interface LoadOptions extends BackendOptions {
  /** The most tokens of a text, for contexts that don't say. Default: what the model was trained on. */
  readonly contextLength?: number;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
  /** How a model of a hub is fetched. */
  readonly download?: DownloadOptions & { readonly onProgress?: (progress: DownloadProgress) => void };
}

/**
 * Loads a model.
 * @param source left out, the small model that comes with the package, which tells stories
 * @throws DownloadError for a model that can't be fetched, GgufError for a file that is not there or is none, ModelError for a model that can't be run, the signal's reason
 * when aborted
 */
export async function loadModel(source?: ModelSource, options: LoadOptions = {}): Promise<LanguageModel> {
  const { signal, onProgress } = options;
  const gguf = await openGguf(await sourceOf(source ?? (await embeddedModel()), options), { signal });
  const load = async (backendOptions: BackendOptions) => {
    const backend = await createBackend(backendOptions);
    try {
      return await loadModelInto(backend, gguf, { signal, onProgress, contextLength: options.contextLength });
    } catch (error) {
      await backend.close();
      throw error;
    }
  };
  try {
    const model = await load(options).catch((error: unknown) => {
      // What there are no fast kernels for yet still runs, unless they were asked for.
      const canFallBack =
        options.kernels === undefined && error instanceof ModelError && error.code === "NO_FAST_KERNEL";
      if (!canFallBack) throw error;
      return load({ precision: options.precision, kernels: "reference" });
    });
    return new LanguageModel(model, options.contextLength);
  } catch (error) {
    await gguf.close();
    throw error;
  }
}

/** A browser has no cache: there the bytes are read from the hub as a URL's are. */
async function sourceOf(source: ModelSource, { signal, download }: LoadOptions): Promise<ByteSource> {
  if (typeof source !== "string" || !/^hf:/i.test(source)) return openSource(source, { signal });
  if (runtimeName() !== "browser") {
    const { path } = await downloadModel(source, { signal, ...download });
    return openSource(path);
  }
  const { url, headers } = await remoteModel(source, { signal, ...download });
  return openSource(url, { headers, signal });
}
