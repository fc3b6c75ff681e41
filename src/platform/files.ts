import type * as NodeFiles from "node:fs/promises";
import { runtimeName } from "./runtime.ts";

/** A file opened for reading at any place. */
export interface OpenFile {
  /** Length in bytes when it was opened. */
  readonly size: number;
  /** The bytes of the range; fewer where the file ends before it does. Offsets past 4 GiB are fine. */
  read(
    offset: number,
    length: number,
    signal?: AbortSignal,
    into?: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** Node takes no more than 2³¹ − 1 bytes at once; smaller pieces let an abort be seen. */
const pieceLength = 64 * 1024 * 1024;

/** Node, Deno and Bun all have Node's file module; a browser has none, and must not try to load it with the library. */
async function fileModule(): Promise<typeof NodeFiles> {
  if (runtimeName() === "browser") throw new Error("a browser has no files by path; pass a File, a Blob or a URL");
  return import("node:fs/promises");
}

/**
 * Opens a file for positional reads.
 * @throws the runtime's error with its `code` (`ENOENT`, `EACCES`), or `EISDIR` for a directory
 */
export async function openFile(path: string | URL): Promise<OpenFile> {
  const { open } = await fileModule();
  const handle = await open(path, "r");
  try {
    const status = await handle.stat();
    if (status.isDirectory()) throw Object.assign(new Error("it is a directory"), { code: "EISDIR" });
    return { size: status.size, read, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }

  async function read(
    offset: number,
    length: number,
    signal?: AbortSignal,
    into = new Uint8Array(length),
  ): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = into.subarray(0, length);
    let done = 0;
    while (done < length) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(bytes, done, Math.min(length - done, pieceLength), offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done === length ? bytes : bytes.subarray(0, done);
  }
}

/** Whether something readable is at the path. False in a browser. */
export async function fileExists(path: string | URL): Promise<boolean> {
  try {
    const { access, constants } = await fileModule();
    await access(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes a file that is either there as a whole or not at all: to a temporary name beside it first, then renamed.
 * When the chunks throw, or writing fails, the temporary file is removed and whatever was at `path` stays. A link stays
 * one, and what it names is written; a device or a pipe is written as it is, since a file must not take its place.
 */
export async function writeFileAtomically(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const { open, realpath, rename, rm, stat } = await fileModule();
  const there = await stat(path).catch(() => undefined);
  if (there?.isFile() === false && !there.isDirectory()) {
    await writeChunks(await open(path, "w"), chunks);
    return;
  }
  const target = there === undefined ? path : await realpath(path);
  const temporary = `${target}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  const handle = await open(temporary, "wx");
  try {
    await writeChunks(handle, chunks, true);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Writes all, and closes the file whatever happens. `sync`: once it is on the disk. */
async function writeChunks(handle: NodeFiles.FileHandle, chunks: AsyncIterable<Uint8Array>, sync = false) {
  try {
    for await (const chunk of chunks) await writeAll(handle, chunk);
    if (sync) await handle.sync();
  } finally {
    await handle.close();
  }
}

interface Writable {
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ bytesWritten: number }>;
}

async function writeAll(file: Writable, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(bytes.length - done, pieceLength));
    done += bytesWritten;
  }
}
