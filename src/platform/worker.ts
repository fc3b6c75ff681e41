import { runtimeName } from "./runtime.ts";

/** A thread of its own, as far as the plan needs one. */
export interface WorkerHandle {
  /** Sends the thread's first and only message. */
  start(message: unknown): void;
  /** Waits until the thread has ended by itself; one that hangs is ended in the end. */
  end(): Promise<void>;
}

/**
 * How long a thread may take to end by itself, in milliseconds: far longer than a busy machine takes to start it, since
 * ending threads from outside can end Node too.
 */
const patience = 10_000;

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
    const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    worker.on("exit", (code) => onFailure(new Error(`the worker ended with code ${code}`)));
    worker.unref();
    return {
      start: (message) => worker.postMessage(message),
      end: async () => {
        if (!(await happensWithin(patience, ended))) await worker.terminate();
      },
    };
  }
  const worker = new Worker(source, { type: "module" });
  worker.onerror = (event) => onFailure(event.error ?? new Error(event.message));
  return {
    start: (message) => worker.postMessage(message),
    end: () => {
      worker.terminate();
      return Promise.resolve();
    },
  };
}

/** Whether something happens within so many milliseconds. */
function happensWithin(milliseconds: number, event: Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), milliseconds);
    void event.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

/** In a worker: calls `run` with the message that `start` sends, and ends when it returns. */
export async function onStart(run: (message: unknown) => void): Promise<void> {
  if (runtimeName() !== "browser") {
    const { parentPort } = await import("node:worker_threads");
    const port = parentPort!;
    port.once("message", (message) => {
      run(message);
      // Deno's port can't be closed, but its worker can.
      if (runtimeName() === "deno") globalThis.close();
      else port.close();
    });
    return;
  }
  globalThis.addEventListener("message", (event: MessageEvent) => run(event.data), { once: true });
}
