import { DownloadError } from "../errors.ts";
import { fileStatus, freeSpace, makeFolder, moveFile, openFile, removeFile, sha256OfFile } from "../platform/index.ts";
import { takeLock } from "./lock.ts";
import type { RemoteFile } from "./remote-file.ts";
import type { Settings } from "./settings.ts";
import { storageError } from "./storage-error.ts";
import { transfer } from "./transfer.ts";

/** Where a file comes to lie. */
export interface Place {
  /** The finished file; there is never anything unfinished by this name. */
  readonly target: string;
  /** The bytes that have come so far. */
  readonly incomplete: string;
  readonly lock: string;
}

/**
 * Brings a file to its place: under a lock, into a file of another name, which is checked and then renamed. Returns at
 * once where it is there already, be it that another process brought it while this one waited.
 * @throws DownloadError
 */
export async function fetchFile(
  file: RemoteFile,
  place: Place,
  settings: Settings,
  onProgress?: (bytes: number) => void,
): Promise<void> {
  const { target, incomplete } = place;
  if (await isThere(file, target)) return onProgress?.(file.size);
  for (const path of [target, incomplete, place.lock]) await inStorage(path, () => makeFolder(folderOf(path)));
  const watchOther = async () => onProgress?.((await fileStatus(incomplete))?.size ?? 0);
  const lock = await inStorage(place.lock, () => takeLock(place.lock, settings, watchOther));
  try {
    if (await isThere(file, target)) return onProgress?.(file.size);
    await checkSpace(file, incomplete);
    const hooks = { onProgress, beforeWrite: () => lock.assertHeld() };
    await transfer(file, incomplete, settings, hooks);
    if (!(await isGood(file, incomplete, settings))) {
      // What an earlier run left may have been bad; a second time from the start it is the server.
      await removeFile(incomplete);
      await transfer(file, incomplete, settings, hooks);
      if (!(await isGood(file, incomplete, settings))) {
        await removeFile(incomplete);
        throw new DownloadError(
          "CHECKSUM",
          `${file.name}: what came is not what the hub describes: its SHA-256 differs, twice; try again later`,
        );
      }
    }
    await checkMagic(file, incomplete);
    await lock.assertHeld();
    await inStorage(target, () => moveFile(incomplete, target));
  } finally {
    await lock.release();
  }
}

/** A file of the right name and length. */
async function isThere({ size }: RemoteFile, target: string): Promise<boolean> {
  return (await fileStatus(target))?.size === size;
}

async function isGood({ sha256 }: RemoteFile, path: string, { signal }: Settings): Promise<boolean> {
  return sha256 === undefined || sha256 === (await sha256OfFile(path, signal));
}

/** Refuses, before a byte is asked for, what the disk can't hold. */
async function checkSpace({ name, size }: RemoteFile, incomplete: string): Promise<void> {
  const needed = size - ((await fileStatus(incomplete))?.size ?? 0);
  const free = await freeSpace(folderOf(incomplete));
  if (free === undefined || needed <= free) return;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  const hint = "free some space, or set HF_HOME to a folder on another disk";
  const reason = `it needs ${megabytes(needed)}, the disk has ${megabytes(free)} left`;
  throw new DownloadError("DISK_FULL", `${name}: ${reason}; ${hint}`);
}

/** A server that knows no checksum may have sent a page that says "please log in". */
async function checkMagic({ name, sha256 }: RemoteFile, path: string): Promise<void> {
  if (sha256 !== undefined) return;
  const file = await openFile(path);
  const magic = await file.read(0, 4);
  await file.close();
  if (new TextDecoder("latin1").decode(magic) === "GGUF") return;
  await removeFile(path);
  throw new DownloadError("NOT_GGUF", `${name}: what the server sent is not a GGUF file`);
}

async function inStorage<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw typeof code === "string" && /^E[A-Z]+$/.test(code) ? storageError(path, error) : error;
  }
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"), 1));
}
