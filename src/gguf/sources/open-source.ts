import { GgufError } from "../../errors.ts";
import type { ByteSource } from "../byte-source.ts";
import { blobSource } from "./blob-source.ts";
import { bytesSource } from "./bytes-source.ts";
import { fileSource } from "./file-source.ts";
import { httpSource } from "./http-source.ts";
import type { HttpOptions } from "./http-source.ts";

/**
 * Where a file can come from: a path, a `file:`, `http:` or `https:` URL (also as a string), a `Blob` or `File`, the
 * `File`s of a split model in any order, or bytes.
 */
export type SourceInput = string | URL | Blob | readonly File[] | Uint8Array | ArrayBuffer;

/** The source for an input, whatever its kind. What it throws, the sources say. */
export async function openSource(input: SourceInput, options: HttpOptions = {}): Promise<ByteSource> {
  if (typeof input === "string") {
    if (/^https?:\/\//i.test(input)) return httpSource(input, options);
    return fileSource(/^file:\/\//i.test(input) ? new URL(input) : input);
  }
  if (input instanceof URL) {
    if (input.protocol === "file:") return fileSource(input);
    if (input.protocol === "http:" || input.protocol === "https:") return httpSource(input, options);
    throw new GgufError("UNSUPPORTED_URL", `${input.href}: only file:, http: and https: URLs can be opened`);
  }
  if (input instanceof Blob) return blobSource(input);
  if (input instanceof Uint8Array || input instanceof ArrayBuffer) return bytesSource(input);
  const files = [...input].sort((a, b) => (a.name < b.name ? -1 : 1)); // by name, so that the first part is first
  if (files.length === 0) throw new GgufError("NOT_FOUND", "the list of files is empty; pass the model's files");
  return blobSource(files[0], files);
}
