import { GgufError } from "../errors.ts";
import { canSwapBlocks, swapBlocks } from "./byte-order.ts";
import type { ByteSource } from "./byte-source.ts";
import type { Gguf, TensorInfo } from "./gguf.ts";
import { defaultLimits } from "./limits.ts";
import type { Limits } from "./limits.ts";
import { readPart } from "./read-part.ts";
import { mergeTensors, openParts, partCount } from "./split.ts";
import type { OpenPart } from "./split.ts";

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Open this file only, even if it is a part of a split model. */
  readonly singleFile?: boolean | undefined;
}

/**
 * Opens a GGUF file: reads its metadata and the descriptions of its tensors, and of a split model, given its first
 * part, those of the other parts too. The source belongs to the result, and is closed with it; also when this throws.
 * @throws GgufError, with the place and the reason, for anything that is not a valid file
 */
export async function openGguf(source: ByteSource, options: OpenOptions = {}): Promise<Gguf> {
  const { signal, singleFile = false } = options;
  const limits = { ...defaultLimits, ...options.limits };
  try {
    const first = { source, part: await readPart(source, limits, signal) };
    const parts = singleFile || partCount(first) === 1 ? [first] : await openParts(first, limits, signal);
    try {
      return new OpenedGguf(parts);
    } catch (error) {
      await Promise.all(parts.slice(1).map((part) => part.source.close()));
      throw error;
    }
  } catch (error) {
    await source.close();
    throw error;
  }
}

class OpenedGguf implements Gguf {
  readonly version;
  readonly littleEndian;
  readonly size;
  readonly alignment;
  readonly metadata;
  readonly tensors;
  readonly #parts: readonly OpenPart[];

  constructor(parts: readonly OpenPart[]) {
    const { version, littleEndian, alignment, metadata } = parts[0].part;
    this.version = version;
    this.littleEndian = littleEndian;
    this.alignment = alignment;
    this.metadata = metadata;
    this.size = parts.reduce((size, { source }) => size + source.size, 0);
    this.tensors = mergeTensors(parts);
    this.#parts = parts;
  }

  async readTensorAsStored(
    info: TensorInfo,
    byteOffset = 0,
    byteLength = info.byteLength - byteOffset,
    signal?: AbortSignal,
    into?: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array> {
    checkRange(info, byteOffset, byteLength);
    if (byteLength === 0) return new Uint8Array(0); // an empty tensor may lie behind the last padding, if that is missing
    return this.#parts[info.part].source.read(info.position + byteOffset, byteLength, signal, into);
  }

  async readTensor(
    info: TensorInfo,
    byteOffset = 0,
    byteLength = info.byteLength - byteOffset,
    signal?: AbortSignal,
    into?: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array> {
    if (this.littleEndian) return this.readTensorAsStored(info, byteOffset, byteLength, signal, into);
    checkRange(info, byteOffset, byteLength);
    const { name, blockBytes } = info.dtype;
    if (!canSwapBlocks(name)) {
      const reason = `${name} blocks of a big-endian file can't be read; convert the file to little-endian`;
      throw new GgufError("UNSUPPORTED_BYTE_ORDER", `tensor "${info.name}": ${reason}`);
    }
    // Whole blocks, so that a range may start and end inside of one.
    const start = byteOffset - (byteOffset % blockBytes);
    const end = Math.ceil((byteOffset + byteLength) / blockBytes) * blockBytes;
    const blocks = (await this.readTensorAsStored(info, start, end - start, signal)).slice();
    swapBlocks(blocks, name, blockBytes);
    return blocks.subarray(byteOffset - start, byteOffset - start + byteLength);
  }

  async close(): Promise<void> {
    await Promise.all(this.#parts.map(({ source }) => source.close()));
  }
}

function checkRange(info: TensorInfo, offset: number, length: number): void {
  const valid = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!valid || offset + length > info.byteLength) {
    const range = `${length} bytes at byte ${offset}`;
    throw new GgufError("OUT_OF_RANGE", `tensor "${info.name}": ${range} are not within its ${info.byteLength}`);
  }
}
