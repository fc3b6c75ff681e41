import { InvalidArgumentError } from "../../errors.ts";
import { openFile } from "../../platform/index.ts";

const pieceBytes = 1024 * 1024;

/**
 * The texts of files, one after the other: separated by lines that hold only `separator`. Files whose name ends in `.gz`
 * are unpacked.
 * @throws InvalidArgumentError for a file that can't be read
 */
export async function* readDocuments(paths: readonly string[], separator: string): AsyncGenerator<string> {
  for (const path of paths) {
    let rest = "";
    for await (const piece of readText(path)) {
      const parts = (rest + piece).split(separator);
      rest = parts.pop()!;
      for (const part of parts) {
        const text = withoutNewlines(part);
        if (text !== "") yield text;
      }
    }
    const text = withoutNewlines(rest);
    if (text.trim() !== "") yield text;
  }
}

/** A separator stands on a line of its own: the ends of that line and of the one before belong to nobody. */
function withoutNewlines(text: string): string {
  return text.replace(/^\r?\n/, "").replace(/\r?\n$/, "");
}

async function* readText(path: string): AsyncGenerator<string> {
  let stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  try {
    stream = await openStream(path);
  } catch (error) {
    throw new InvalidArgumentError(`${path}: can't be read: ${(error as Error).message}`);
  }
  if (path.endsWith(".gz")) stream = stream.pipeThrough(new DecompressionStream("gzip"));
  const decoder = new TextDecoder();
  for await (const bytes of stream) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}

async function openStream(path: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const file = await openFile(path);
  let offset = 0;
  return new ReadableStream({
    async pull(controller) {
      const bytes = await file.read(offset, Math.min(pieceBytes, file.size - offset));
      offset += bytes.length;
      if (bytes.length > 0) controller.enqueue(bytes);
      if (offset >= file.size || bytes.length === 0) {
        await file.close();
        controller.close();
      }
    },
    cancel: () => file.close(),
  });
}
