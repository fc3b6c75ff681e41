import { GgufError } from "../../errors.ts";
import { openFile } from "../../platform/index.ts";
import type { ByteSource } from "../byte-source.ts";
import { checkRange } from "./range.ts";

/**
 * A source of a file on Node, Deno or Bun.
 * @param path a path, or a `file:` URL
 * @throws GgufError `NOT_FOUND`, `UNREADABLE`
 */
export async function fileSource(path: string | URL): Promise<ByteSource> {
  const name = String(path);
  const file = await openFile(path).catch((error: unknown) => refuse(name, error));
  return {
    name,
    size: file.size,
    async read(offset, length, signal, into) {
      checkRange(name, file.size, offset, length);
      const bytes = await file.read(offset, length, signal, into);
      if (bytes.length === length) return bytes;
      throw new GgufError("TRUNCATED", `${name}: the file became shorter while it was read`);
    },
    openSibling: (fileName) =>
      fileSource(path instanceof URL ? new URL(encodeURIComponent(fileName), path) : sibling(path, fileName)),
    close: () => file.close(),
  };
}

/** The path of another file in the same folder; Windows has two separators. */
function sibling(path: string, fileName: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1) + fileName;
}

function refuse(name: string, error: unknown): never {
  const { code, message } = error as { code?: string; message: string };
  if (code === "ENOENT") throw new GgufError("NOT_FOUND", `${name}: there is no such file`, { cause: error });
  throw new GgufError("UNREADABLE", `${name}: can't be opened: ${message}`, { cause: error });
}
