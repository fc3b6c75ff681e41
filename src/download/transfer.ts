import { DownloadError } from "../errors.ts";
import { fileStatus, openWritable, removeFile, type WritableFile } from "../platform/index.ts";
import { refuse } from "./refusal.ts";
import type { RemoteFile } from "./remote-file.ts";
import { type Answer, Interruption, reasonOf, request } from "./request.ts";
import type { Settings } from "./settings.ts";
import { storageError } from "./storage-error.ts";

/** A connection that brought less than this many bytes was no help. */
const littleBytes = 65536;

export interface TransferHooks {
  /** Bytes that are on the disk. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
  /** Called before bytes are written. @throws where the file is no longer ours to write */
  readonly beforeWrite?: (() => Promise<void>) | undefined;
}

/**
 * Fetches all bytes of a file into `path`, beginning where an earlier try ended. When it returns, the file has its
 * length; its content is still to be checked.
 * @throws DownloadError `NETWORK` (gave up; what came stays, to go on from), `BAD_RESPONSE`, `DISK_FULL`, …
 */
export async function transfer(
  file: RemoteFile,
  path: string,
  settings: Settings,
  hooks: TransferHooks,
): Promise<void> {
  let failures = 0;
  for (;;) {
    const before = await lengthOf(path);
    if (before === file.size) return;
    if (before > file.size) await removeFile(path);
    try {
      await receive(file, path, before > file.size ? 0 : before, settings, hooks);
    } catch (error) {
      if (!(error instanceof Interruption)) throw error;
      failures = (await lengthOf(path)) - before >= littleBytes ? 1 : failures + 1;
      if (failures > settings.retries) {
        const kept = `${await lengthOf(path)} of ${file.size} bytes are kept; run it again to go on`;
        throw new DownloadError("NETWORK", `${file.name}: ${error.message}; ${kept}`, { cause: error });
      }
      await pause(settings.retryDelayMs * 2 ** (failures - 1), settings.signal);
    }
  }
}

/** One connection. @throws Interruption where it breaks */
async function receive(
  file: RemoteFile,
  path: string,
  from: number,
  settings: Settings,
  hooks: TransferHooks,
): Promise<void> {
  const watch = new Watch(settings);
  try {
    const headers = { range: `bytes=${from}-`, "accept-encoding": "identity" };
    const answer = await request(file.url, headers, settings, { signal: watch.signal });
    const start = await startOf(answer, file, path, from, settings);
    const out = await openAt(path, start);
    let flush = false;
    try {
      await copy(answer.response, out, start, file, path, watch, hooks);
      flush = true;
    } finally {
      await out.close(flush).catch((error: unknown) => {
        if (flush) throw storageError(path, error);
      });
    }
  } finally {
    watch.stop();
  }
}

/** Where the bytes of an answer belong: where they were asked for, or at 0 where the server knows no ranges. */
async function startOf(answer: Answer, file: RemoteFile, path: string, from: number, settings: Settings) {
  const { status, headers, body } = answer.response;
  const refuseAnswer = async (reason: string): Promise<never> => {
    await body?.cancel();
    throw new DownloadError("BAD_RESPONSE", `${file.name}: ${reason}`);
  };
  if (status === 416) {
    await body?.cancel();
    await removeFile(path);
    throw new Interruption(`the server has no bytes from ${from} on`);
  }
  if (status !== 200 && status !== 206) return refuse(file.name, answer, settings.token !== undefined);
  if (file.unchanged !== undefined && headers.get("etag") !== file.unchanged) {
    await refuseAnswer("the file changed on the server while it was fetched; run it again");
  }
  if (status === 200) {
    const length = headers.get("content-length");
    if (length !== null && Number(length) !== file.size && !headers.has("content-encoding")) {
      await refuseAnswer(`it should have ${file.size} bytes, the server sends ${length}`);
    }
    return 0;
  }
  const range = headers.get("content-range") ?? "";
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(range) ?? [];
  const fits = Number(first) === from && Number(last) < file.size && (total === "*" || Number(total) === file.size);
  if (!fits) await refuseAnswer(`asked for bytes from ${from} of ${file.size}, the server sent "${range}"`);
  return from;
}

/** A new file is one that nobody else can have open. */
async function openAt(path: string, start: number): Promise<WritableFile> {
  try {
    if (start > 0) return await openWritable(path, false);
    await removeFile(path);
    return await openWritable(path, true);
  } catch (error) {
    throw storageError(path, error);
  }
}

async function copy(
  { body }: Response,
  out: WritableFile,
  start: number,
  file: RemoteFile,
  path: string,
  watch: Watch,
  { onProgress, beforeWrite }: TransferHooks,
): Promise<void> {
  let done = start;
  onProgress?.(done);
  const reader = body?.getReader();
  try {
    for (;;) {
      const { value } = (await reader?.read().catch((error: unknown) => watch.fail(error))) ?? {};
      if (value === undefined) break;
      watch.restart();
      if (done + value.length > file.size) {
        await removeFile(path);
        throw new DownloadError("BAD_RESPONSE", `${file.name}: the server sends more than its ${file.size} bytes`);
      }
      await beforeWrite?.();
      await out.write(value, done).catch((error: unknown) => {
        throw storageError(path, error);
      });
      done += value.length;
      onProgress?.(done);
    }
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
  if (done < file.size) throw new Interruption("the connection ended early");
}

/** Aborts a connection that brings nothing for too long, or when the user's signal says so. */
class Watch {
  readonly #controller = new AbortController();
  readonly #settings: Settings;
  readonly #forward: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#forward = () => this.#controller.abort(settings.signal?.reason);
    settings.signal?.throwIfAborted();
    settings.signal?.addEventListener("abort", this.#forward);
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    clearTimeout(this.#timer);
    const { timeoutMs } = this.#settings;
    const reason = new Interruption(`nothing came for ${timeoutMs / 1000} s`);
    this.#timer = setTimeout(() => this.#controller.abort(reason), timeoutMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#settings.signal?.removeEventListener("abort", this.#forward);
  }

  /** Throws what a failed read means. */
  fail(error: unknown): never {
    this.#settings.signal?.throwIfAborted();
    throw error instanceof Interruption ? error : new Interruption(reasonOf(error), { cause: error });
  }
}

async function lengthOf(path: string): Promise<number> {
  return (await fileStatus(path))?.size ?? 0;
}

/** Waits, unless the signal says otherwise. @throws its reason */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
