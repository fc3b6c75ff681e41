import { runtimeName } from "./runtime.ts";

/** A thread that answers messages. */
export interface MessageWorker {
  /** Sends a message; `transfer` moves buffers instead of copying them. */
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** Ends the thread at once. */
  terminate(): Promise<void>;
}

/**
 * Starts a module as a worker that does not keep a finished script alive.
 * @param source what runs: the URL of a module, which may be a `data:` URL
 * @param onMessage called with each answer
 * @param onFailure called when the thread fails or ends, with the reason
 */
export async function startMessageWorker(
  source: URL,
  onMessage: (message: unknown) => void,
  onFailure: (reason: unknown) => void,
): Promise<MessageWorker> {
  if (runtimeName() !== "browser") {
    const { Worker } = await import("node:worker_threads");
    const worker = new Worker(source);
    worker.on("message", onMessage);
    worker.on("error", onFailure);
    worker.on("exit", (code) => onFailure(new Error(`the worker ended with code ${code}`)));
    return {
      post: (message, transfer = []) => worker.postMessage(message, transfer),
      terminate: async () => {
        await worker.terminate();
      },
    };
  }
  const worker = new Worker(source, { type: "module" });
  worker.onmessage = (event) => onMessage(event.data);
  worker.onerror = (event) => onFailure(event.error ?? new Error(event.message));
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    terminate: () => {
      worker.terminate();
      return Promise.resolve();
    },
  };
}

/** In a worker: answers each message with what `answer` gives; its buffers are moved. */
export async function answerMessages(
  answer: (message: unknown) => Promise<{ message: unknown; transfer: readonly ArrayBuffer[] }>,
): Promise<void> {
  if (runtimeName() !== "browser") {
    const { parentPort } = await import("node:worker_threads");
    parentPort!.on("message", (message) => {
      void answer(message).then((reply) => parentPort!.postMessage(reply.message, reply.transfer));
    });
    return;
  }
  const scope = globalThis as unknown as Worker;
  scope.addEventListener("message", (event: MessageEvent) => {
    void answer(event.data).then((reply) => scope.postMessage(reply.message, [...reply.transfer]));
  });
}
