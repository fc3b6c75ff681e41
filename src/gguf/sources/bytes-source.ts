import type { ByteSource } from "../byte-source.ts";
import { checkRange } from "./range.ts";

/** A source of bytes in memory; reads are views of them. */
export function bytesSource(data: Uint8Array | ArrayBufferLike, name = "bytes"): ByteSource {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  return {
    name,
    size: bytes.length,
    read(offset, length, signal) {
      return Promise.resolve().then(() => {
        signal?.throwIfAborted();
        checkRange(name, bytes.length, offset, length);
        return bytes.subarray(offset, offset + length);
      });
    },
    close: () => Promise.resolve(),
  };
}
