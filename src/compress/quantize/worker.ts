/** A thread that converts rows. */
import type { Search } from "../../../kernels/formats/index.ts";
import { createSearch } from "../../../kernels/wasm/search.ts";
import { answerMessages } from "../../platform/message-worker.ts";
import { type ConvertJob, convertRows } from "./convert-rows.ts";

/** What a thread is asked; its first message has the kernels' module, if they can run. */
export interface WorkerRequest extends ConvertJob {
  readonly id: number;
  readonly module?: WebAssembly.Module | undefined;
}

/** What it answers. */
export type WorkerReply =
  { readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> } | { readonly id: number; readonly reason: string };

let search: Search | undefined;

await answerMessages((message) => {
  const { id, module, ...job } = message as WorkerRequest;
  if (module !== undefined) search = createSearch(module);
  try {
    const bytes = convertRows(job, search);
    return Promise.resolve({ message: { id, bytes } satisfies WorkerReply, transfer: [bytes.buffer] });
  } catch (error) {
    return Promise.resolve({ message: { id, reason: (error as Error).message } satisfies WorkerReply, transfer: [] });
  }
});
