import { GgufError } from "../errors.ts";
import type { ByteSource } from "./byte-source.ts";
import type { TensorInfo } from "./gguf.ts";
import type { Limits } from "./limits.ts";
import { readPart } from "./read-part.ts";
import type { Part } from "./read-part.ts";

/** A part of a split model with its source. */
export interface OpenPart {
  readonly source: ByteSource;
  readonly part: Part;
}

/** How many parts the model has that this is a part of; 1 where it is not split. */
export function partCount(opened: OpenPart): number {
  const count = opened.part.metadata.number("split.count", 1) || 1;
  if (!Number.isInteger(count) || count < 1 || count > 0xffff) fail(opened, `it can't have ${count} parts`);
  return count;
}

/**
 * Opens the parts that follow the first. Their names differ from its name in the number only
 * (`model-00002-of-00003.gguf`), and each says which part it is; so a part that is missing, of another model, or there
 * twice can't go unseen. On an error, what was opened here is closed.
 * Source: llama.cpp 0c1e570, src/llama.cpp llama_split_path, and its keys `split.no`, `split.count`,
 * `split.tensors.count`
 * @returns all parts, the first included
 */
export async function openParts(first: OpenPart, limits: Limits, signal?: AbortSignal): Promise<OpenPart[]> {
  const count = partCount(first);
  checkPart(first, first.part, 0, count);
  const nameOf = partNames(first.source.name, count);
  if (first.source.openSibling === undefined) {
    fail(first, `it is part 1 of ${count}, and the other parts can't be found from bytes; pass a path, URL or files`);
  }

  const parts = [first];
  try {
    for (let index = 1; index < count; index++) {
      const source = await first.source.openSibling(nameOf(index), signal).catch((error: unknown) => {
        if (!(error instanceof GgufError)) throw error;
        throw new GgufError("MISSING_PART", `part ${index + 1} of ${count}: ${error.message}`, { cause: error });
      });
      try {
        const opened = { source, part: await readPart(source, limits, signal) };
        checkPart(opened, first.part, index, count);
        parts.push(opened);
      } catch (error) {
        await source.close();
        throw error;
      }
    }
    return parts;
  } catch (error) {
    await Promise.all(parts.slice(1).map(({ source }) => source.close()));
    throw error;
  }
}

/** The tensors of all parts by name. */
export function mergeTensors(parts: readonly OpenPart[]): Map<string, TensorInfo> {
  const tensors = new Map<string, TensorInfo>();
  for (const [index, opened] of parts.entries()) {
    for (const tensor of opened.part.tensors) {
      const other = tensors.get(tensor.name);
      if (other !== undefined) fail(opened, `tensor ${JSON.stringify(tensor.name)} is also in part ${other.part + 1}`);
      tensors.set(tensor.name, { ...tensor, part: index });
    }
  }
  const first = parts[0];
  const expected = first.part.metadata.number("split.tensors.count", tensors.size);
  if (parts.length > 1 && expected !== tensors.size) {
    fail(first, `the parts have ${tensors.size} tensors, "split.tensors.count" says ${expected}`);
  }
  return tensors;
}

function checkPart(opened: OpenPart, first: Part, index: number, count: number): void {
  const { metadata, littleEndian } = opened.part;
  if (!metadata.has("split.no") || !metadata.has("split.count")) fail(opened, "it is no part of a split model");
  const number = metadata.number("split.no");
  if (number !== index) {
    const hint = index === 0 ? "; open part 1" : "";
    fail(opened, `it says that it is part ${number + 1}, but is opened as part ${index + 1} of ${count}${hint}`);
  }
  if (metadata.number("split.count") !== count) {
    fail(opened, `it says that there are ${metadata.number("split.count")} parts, part 1 says ${count}`);
  }
  if (littleEndian !== first.littleEndian) fail(opened, "its byte order differs from part 1's");
}

/** The file name of each part, made from the first part's. */
function partNames(name: string, count: number): (index: number) => string {
  const fileName = /[^/\\]*$/.exec(name.replace(/[?#].*$/s, ""))![0];
  const digits = (number: number) => String(number).padStart(5, "0");
  const ending = `-00001-of-${digits(count)}.gguf`;
  const decoded = /^[a-z]+:\/\//i.test(name) ? decodeName(fileName) : fileName;
  if (!decoded.endsWith(ending)) {
    throw new GgufError("BAD_SPLIT", `${name}: the name of part 1 of ${count} must end in "${ending}"`);
  }
  const prefix = decoded.slice(0, -ending.length);
  return (index) => `${prefix}-${digits(index + 1)}-of-${digits(count)}.gguf`;
}

/** A name of a URL as people write it; as it is where its percent signs mean nothing. */
function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function fail(opened: OpenPart, reason: string): never {
  throw new GgufError("BAD_SPLIT", `${opened.source.name}: ${reason}`);
}
