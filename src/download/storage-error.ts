import { DownloadError } from "../errors.ts";

/** What an error of the file system means for a download. */
export function storageError(path: string, error: unknown): DownloadError {
  if (error instanceof DownloadError) return error;
  const { code, message } = error as { code?: string; message: string };
  if (code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG") {
    const hint = "free some space, or set HF_HOME to a folder on another disk; what came is kept";
    return new DownloadError("DISK_FULL", `${path}: the disk is full: ${hint}`, { cause: error });
  }
  const reason = code === "EACCES" || code === "EPERM" || code === "EROFS" ? "it may not be written" : message;
  const hint = "set HF_HOME to a folder that can be";
  return new DownloadError("UNWRITABLE", `${path}: ${reason}; ${hint}`, { cause: error });
}
