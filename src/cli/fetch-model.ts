import type { DownloadedModel, DownloadProgress } from "../download/index.ts";
import { downloadModel, isReference } from "../download/index.ts";

/** The path of a MODEL: brought into the cache first, where it is one of a hub or a server. */
export async function localModel(model: string, signal?: AbortSignal): Promise<string> {
  return isReference(model) ? (await fetchModel(model, signal)).path : model;
}

/** Brings a model into the cache, with a progress bar where someone watches. */
export async function fetchModel(model: string, signal?: AbortSignal): Promise<DownloadedModel> {
  const bar = process.stderr.isTTY ? await createBar() : undefined;
  try {
    return await downloadModel(model, { signal, onProgress: bar?.update });
  } finally {
    bar?.stop();
  }
}

async function createBar(): Promise<{ update: (progress: DownloadProgress) => void; stop: () => void }> {
  const { default: progress } = await import("cli-progress");
  const format = "downloading {bar} {percentage}% of {megabytes} MB, {eta_formatted} left";
  const bar = new progress.SingleBar(
    { format, clearOnComplete: true, stream: process.stderr, barsize: 30, hideCursor: false, etaBuffer: 100 },
    progress.Presets.shades_classic,
  );
  let started = false;
  return {
    update: ({ loadedBytes, totalBytes }) => {
      // What is in the cache already is no download.
      if (!started && loadedBytes === totalBytes) return;
      if (!started) bar.start(totalBytes, loadedBytes, { megabytes: Math.round(totalBytes / 1e6) });
      started = true;
      bar.update(loadedBytes);
    },
    stop: () => bar.stop(),
  };
}
