import { GgufError } from "../errors.ts";
import { writeFileAtomically } from "../platform/index.ts";
import type { GgufContent } from "./content.ts";
import { serializeGguf } from "./serialize.ts";

export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a GGUF file to a stream, which is closed at the end, and aborted where this throws.
 * @throws what `serializeGguf`, the tensors' data and the stream throw
 */
export async function writeGguf(
  content: GgufContent,
  sink: WritableStream<Uint8Array>,
  options: WriteOptions = {},
): Promise<void> {
  const writer = sink.getWriter();
  try {
    for await (const chunk of abortable(serializeGguf(content), options.signal)) {
      await writer.ready;
      await writer.write(chunk);
    }
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
    throw error;
  }
}

/**
 * Writes a GGUF file to a temporary name beside `path`, and renames it when it is complete.
 * @throws what `serializeGguf` and the tensors' data throw; GgufError `UNWRITABLE`
 */
export async function writeGgufFile(path: string, content: GgufContent, options: WriteOptions = {}): Promise<void> {
  try {
    await writeFileAtomically(path, abortable(serializeGguf(content), options.signal));
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new GgufError("UNWRITABLE", `${path}: can't be written: ${error.message}`, { cause: error });
  }
}

async function* abortable<T>(chunks: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    yield chunk;
  }
}
