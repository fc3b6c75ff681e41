import { type LanguageModel, type LoadProgress, loadModel } from "../index.ts";
import { localModel } from "./fetch-model.ts";
import type { ModelFlags } from "./options.ts";
import { takesEscapes } from "./terminal.ts";

/** A loaded model, and how long that took. */
export interface Loaded {
  readonly model: LanguageModel;
  readonly loadMs: number;
}

/**
 * Loads the MODEL of the command line, with a progress bar where someone watches.
 * @param source left out, the model that comes with the package
 * @throws what `loadModel` throws
 */
export async function loadFor(
  source: string | undefined,
  flags: ModelFlags & { readonly contextLength?: number | undefined },
  signal: AbortSignal,
): Promise<Loaded> {
  const path = source === undefined ? undefined : await localModel(source, signal);
  const { threads, precision, kernels, contextLength } = flags;
  const bar = takesEscapes(process.stderr) ? await createBar() : undefined;
  const started = performance.now();
  try {
    const onProgress = bar?.update;
    const model = await loadModel(path, { threads, precision, kernels, contextLength, onProgress, signal });
    return { model, loadMs: performance.now() - started };
  } finally {
    bar?.stop();
  }
}

async function createBar(): Promise<{ update: (progress: LoadProgress) => void; stop: () => void }> {
  const { default: progress } = await import("cli-progress");
  const format = "loading {bar} {percentage}% of {megabytes} MB";
  const bar = new progress.SingleBar(
    { format, clearOnComplete: true, stream: process.stderr, barsize: 30, emptyOnZero: true, hideCursor: false },
    progress.Presets.shades_classic,
  );
  let started = false;
  return {
    update: ({ loadedBytes, totalBytes }) => {
      if (!started) bar.start(totalBytes, 0, { megabytes: Math.round(totalBytes / 1e6) });
      started = true;
      bar.update(loadedBytes);
    },
    stop: () => bar.stop(),
  };
}
