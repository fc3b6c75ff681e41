import { GgufError } from "../../errors.ts";
import type { ByteSource } from "../byte-source.ts";
import { checkRange } from "./range.ts";

/**
 * A source of a `Blob`, or of a `File` as a browser's file dialog gives it.
 * @param others files that were chosen with it: the other parts of a split model
 */
export function blobSource(blob: Blob, others: readonly File[] = []): ByteSource {
  const name = nameOf(blob) ?? "blob";
  return {
    name,
    size: blob.size,
    async read(offset, length, signal) {
      signal?.throwIfAborted();
      checkRange(name, blob.size, offset, length);
      const bytes = new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
      signal?.throwIfAborted();
      return bytes;
    },
    openSibling(fileName) {
      const file = others.find((other) => other.name === fileName);
      if (file !== undefined) return Promise.resolve(blobSource(file, others));
      return Promise.reject(new GgufError("NOT_FOUND", `${fileName} is not among the files that were passed`));
    },
    close: () => Promise.resolve(),
  };
}

function nameOf(blob: Blob): string | undefined {
  return "name" in blob && typeof blob.name === "string" ? blob.name : undefined;
}
