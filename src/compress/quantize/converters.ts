import { compileKernels, createSearch, kernelsSupported } from "../../../kernels/wasm/index.ts";
import { PellucidError } from "../../errors.ts";
import { type MessageWorker, startMessageWorker, yieldToEventLoop } from "../../platform/index.ts";
import { type ConvertJob, convertRows } from "./convert-rows.ts";
import { workerSource } from "./worker-source.ts";
import type { WorkerReply, WorkerRequest } from "./worker.ts";

/** Converts rows, some jobs at a time. */
export interface Converters {
  /** How many jobs it is good to have under way. */
  readonly depth: number;
  /**
   * The rows in their new format; the job's bytes may be gone afterwards.
   * @throws RangeError for values that can't be converted, PellucidError `WORKER_FAILED`
   */
  convert(job: ConvertJob): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** Converters on `threads` threads beside this one; with one thread, on this one. */
export async function createConverters(threads: number): Promise<Converters> {
  const module = kernelsSupported({ shared: false }) ? await compileKernels({ shared: false }) : undefined;
  return threads > 1 ? startThreads(threads, module) : convertHere(module);
}

function convertHere(module: WebAssembly.Module | undefined): Converters {
  const search = module && createSearch(module);
  return {
    depth: 1,
    convert: async (job) => {
      await yieldToEventLoop();
      return convertRows(job, search);
    },
    close: () => Promise.resolve(),
  };
}

interface Waiting {
  readonly resolve: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly reject: (error: Error) => void;
}

async function startThreads(threads: number, module: WebAssembly.Module | undefined): Promise<Converters> {
  const source = await workerSource();
  const waiting = new Map<number, Waiting>();
  const load = new Array<number>(threads).fill(0);
  const workers: MessageWorker[] = [];
  let failure: PellucidError | undefined;
  let next = 0;
  let closed = false;

  const fail = (reason: unknown) => {
    if (closed) return;
    const { message } = reason as Error;
    failure ??= new PellucidError("WORKER_FAILED", `a thread failed: ${message}`, { cause: reason });
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
  };
  for (let thread = 0; thread < threads; thread++) {
    const onMessage = (message: unknown) => {
      const reply = message as WorkerReply;
      load[thread]--;
      const job = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ("bytes" in reply) job?.resolve(reply.bytes);
      else job?.reject(new RangeError(reply.reason));
    };
    workers.push(await startMessageWorker(source, onMessage, fail));
  }
  const greeted = new Set<number>();

  return {
    depth: 2 * threads,
    convert: (job) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        const thread = load.indexOf(Math.min(...load));
        const id = next++;
        waiting.set(id, { resolve, reject });
        load[thread]++;
        const request: WorkerRequest = { ...job, id, module: greeted.has(thread) ? undefined : module };
        greeted.add(thread);
        workers[thread].post(request, [job.bytes.buffer]);
      }),
    close: async () => {
      closed = true;
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
