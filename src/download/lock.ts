import { DownloadError } from "../errors.ts";
import {
  createFile,
  fileStatus,
  isProcessAlive,
  moveFile,
  processIdentity,
  readSmallText,
  removeFile,
  touchFile,
} from "../platform/index.ts";
import type { Settings } from "./settings.ts";
import { pause } from "./transfer.ts";

/** A lock that this process holds. */
export interface Lock {
  /** Makes sure that it is still held, which a process that slept long can't know. @throws DownloadError `LOCK_LOST` */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes a lock: a file that only one can create. Its time of change is renewed as long as it is held; a lock whose
 * process is gone, or that was not renewed for `staleLockMs`, is taken over.
 *
 * huggingface_hub locks with `flock`, which JavaScript has not; so this is a file of another name, and bytes on their
 * way are in a file of another name than theirs too.
 * @param onWait called now and then while another process holds it
 */
export async function takeLock(path: string, settings: Settings, onWait?: () => Promise<void>): Promise<Lock> {
  const { host, pid } = await processIdentity();
  const text = JSON.stringify({ host, pid, token: crypto.randomUUID() });
  while (!(await createFile(path, text))) {
    settings.signal?.throwIfAborted();
    const held = await readSmallText(path);
    if (held !== undefined && (await isStale(path, held, host, settings))) await breakLock(path, held);
    else {
      await onWait?.();
      await pause(Math.min(500, settings.staleLockMs / 4), settings.signal);
    }
  }
  return hold(path, text, settings);
}

function hold(path: string, text: string, { staleLockMs }: Settings): Lock {
  let renewed = Date.now();
  const isOurs = async () => (await readSmallText(path)) === text;
  const renew = async () => {
    if (!(await isOurs())) return;
    await touchFile(path).catch(() => undefined);
    renewed = Date.now();
  };
  const timer = setInterval(() => void renew(), staleLockMs / 5);
  // It keeps no program running.
  (timer as { unref?: () => void }).unref?.();
  return {
    async assertHeld() {
      if (Date.now() - renewed < staleLockMs / 2) return;
      await renew();
      if (Date.now() - renewed < staleLockMs / 2) return;
      throw new DownloadError("LOCK_LOST", `${path}: another process took over; run it again to wait for it`);
    },
    async release() {
      clearInterval(timer);
      if (await isOurs()) await removeFile(path);
    },
  };
}

async function isStale(path: string, text: string, host: string, { staleLockMs }: Settings): Promise<boolean> {
  const status = await fileStatus(path);
  if (status === undefined) return false;
  if (Date.now() - status.changedMs > staleLockMs) return true;
  try {
    const owner = JSON.parse(text) as { host?: unknown; pid?: unknown };
    return owner.host === host && typeof owner.pid === "number" && !isProcessAlive(owner.pid);
  } catch {
    return false; // just being written
  }
}

/** Removes the lock with this text; if another was faster and it is a new lock already, puts that back. */
async function breakLock(path: string, text: string): Promise<void> {
  const aside = `${path}.${crypto.randomUUID().slice(0, 8)}`;
  await moveFile(path, aside).catch(() => undefined);
  const moved = await readSmallText(aside);
  if (moved !== undefined && moved !== text) await createFile(path, moved);
  await removeFile(aside);
}
