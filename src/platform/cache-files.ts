import type * as NodeFiles from "node:fs/promises";
import { runtimeName } from "./runtime.ts";

/*
 * What a cache folder needs of files, for Node, Deno and Bun, which all have Node's modules. Errors are the runtime's,
 * with their `code` (`ENOSPC`, `EACCES`).
 */

/** A file that is written at given places. */
export interface WritableFile {
  /** Writes all of the bytes at an offset from the file's start. */
  write(bytes: Uint8Array, offset: number): Promise<void>;
  /** Closes it; what was written is on the disk then, where `flush` asks for that. */
  close(flush: boolean): Promise<void>;
}

async function fileModule(): Promise<typeof NodeFiles> {
  if (runtimeName() === "browser") throw new Error("a browser has no cache folder");
  return import("node:fs/promises");
}

/** Opens a file for writing: one that is there, or, with `create`, a new one, which must not be there. */
export async function openWritable(path: string, create: boolean): Promise<WritableFile> {
  const { open } = await fileModule();
  const handle = await open(path, create ? "wx" : "r+");
  return {
    async write(bytes, offset) {
      for (let done = 0; done < bytes.length;) {
        done += (await handle.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
      }
    },
    async close(flush) {
      try {
        if (flush) await handle.sync();
      } finally {
        await handle.close();
      }
    },
  };
}

/** Length and time of change of the file at the end of all links; undefined where there is none. */
export async function fileStatus(path: string): Promise<{ size: number; changedMs: number } | undefined> {
  try {
    const { size, mtimeMs } = await (await fileModule()).stat(path);
    return { size, changedMs: mtimeMs };
  } catch {
    return undefined;
  }
}

/** The files below a folder, as paths with `/` from it; none where it is not there. */
export async function listFiles(folder: string): Promise<string[]> {
  try {
    const { readdir } = await fileModule();
    const entries = await readdir(folder, { recursive: true, encoding: "utf8" });
    return entries.map((entry) => entry.replaceAll("\\", "/"));
  } catch {
    return [];
  }
}

/** A small text file; undefined where it can't be read. */
export async function readSmallText(path: string): Promise<string | undefined> {
  try {
    return await (await fileModule()).readFile(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Writes a file that must not be there yet. False where it is. */
export async function createFile(path: string, text: string): Promise<boolean> {
  try {
    await (await fileModule()).writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "EEXIST") return false;
    throw error;
  }
}

/** Sets a file's time of change to now. */
export async function touchFile(path: string): Promise<void> {
  const now = new Date();
  await (await fileModule()).utimes(path, now, now);
}

/** Makes a folder and those above it; one that is there already is fine. */
export async function makeFolder(path: string): Promise<void> {
  await (await fileModule()).mkdir(path, { recursive: true });
}

/** Renames a file, over another one where there is one. */
export async function moveFile(from: string, to: string): Promise<void> {
  await (await fileModule()).rename(from, to);
}

/** Removes a file; that it is not there is fine. */
export async function removeFile(path: string): Promise<void> {
  await (await fileModule()).rm(path, { force: true });
}

/** Makes a symbolic link. @throws where it can't be made: Windows asks for a right, some file systems have none */
export async function makeLink(target: string, path: string): Promise<void> {
  await (await fileModule()).symlink(target, path, "file");
}

/** Bytes that can still be written where the folder lies; undefined where the runtime can't tell. */
export async function freeSpace(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await (await fileModule()).statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

/** SHA-256 of a file, 64 hexadecimal digits. */
export async function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  const [{ open }, { createHash }] = await Promise.all([fileModule(), import("node:crypto")]);
  const hash = createHash("sha256");
  const handle = await open(path, "r");
  try {
    const buffer = new Uint8Array(4 * 1024 * 1024);
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
