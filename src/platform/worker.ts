import { runtimeName } from "./runtime.ts";

/** A thread of its own, as far as the plan needs one. */
export interface WorkerHandle {
  /** Sends the thread's first and only message. */
  start(message: unknown): void;
  /** Ends the thread at once. */
  terminate(): Promise<void>;
}

/**
 * Starts a module as a worker that does not keep a finished script alive.
 * @param source what runs: the URL of a module, which may be a `data:` URL
 * @param onFailure called when the thread fails or ends, with the reason
 */
export async function startWorker(source: URL, onFailure: (reason: unknown) => void): Promise<WorkerHandle> {
  if (runtimeName() !== "browser") {
    const { Worker } = await import("node:worker_threads");
    const worker = new Worker(source);
    worker.on("error", onFailure);
    worker.on("exit", (code) => onFailure(new Error(`the worker ended with code ${code}`)));
    worker.unref();
    return {
      start: (message) => worker.postMessage(message),
      terminate: async () => {
        await worker.terminate();
      },
    };
  }
  const worker = new Worker(source, { type: "module" });
  worker.onerror = (event) => onFailure(event.error ?? new Error(event.message));
  return {
    start: (message) => worker.postMessage(message),
    terminate: () => {
      worker.terminate();
      return Promise.resolve();
    },
  };
}

/** In a worker: calls `run` with the message that `start` sends. */
export async function onStart(run: (message: unknown) => void): Promise<void> {
  if (runtimeName() !== "browser") {
    const { parentPort } = await import("node:worker_threads");
    parentPort!.once("message", run);
    return;
  }
  globalThis.addEventListener("message", (event: MessageEvent) => run(event.data), { once: true });
}
