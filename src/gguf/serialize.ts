import { GgufError } from "../errors.ts";
import { canSwapBlocks, swapBlocks } from "./byte-order.ts";
import { ByteWriter } from "./byte-writer.ts";
import type { GgufContent, TensorToWrite } from "./content.ts";
import { align, readAlignment, tensorByteLength } from "./layout.ts";
import { maxKeyBytes, maxTensorNameBytes } from "./limits.ts";
import { magic } from "./read-part.ts";
import { writeText, writeTypedValue } from "./write-value.ts";

/**
 * The bytes of a GGUF file, in chunks: the head with all metadata, then the data of each tensor padded to the alignment.
 * Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 * @throws GgufError where the content can't be a GGUF file, naming the key or tensor; before any chunk, except for data
 * whose length is not the tensor's (`BAD_TENSOR_DATA`)
 */
export async function* serializeGguf(content: GgufContent): AsyncGenerator<Uint8Array, void, undefined> {
  const { littleEndian = true, tensors, dataAsStored = false } = content;
  const alignment = readAlignment(content.metadata, (code, reason) => refuse("the metadata", code, reason));
  const lengths = tensors.map(({ name, dtype, shape }) =>
    tensorByteLength(dtype, shape, (code, reason) => refuse(`tensor "${name}"`, code, reason)),
  );
  const head = writeHead(content, alignment, lengths);
  yield head;
  let position = head.length;
  if (tensors.length > 0) position += yield* pad(position, alignment);

  for (const [i, tensor] of tensors.entries()) {
    const chunks = checkLength(tensor, lengths[i]);
    yield* littleEndian || dataAsStored ? chunks : swapped(tensor, chunks);
    position += lengths[i];
    if (i < tensors.length - 1) position += yield* pad(position, alignment);
  }
  yield* pad(position, alignment, content.size);
}

/**
 * Zeros up to the next multiple of `alignment`, or, if that is on the way there, up to `size`.
 * @returns how many
 */
function* pad(position: number, alignment: number, size?: number): Generator<Uint8Array, number, undefined> {
  const aligned = align(position, alignment);
  const end = size !== undefined && size >= position && size <= aligned ? size : aligned;
  if (end > position) yield new Uint8Array(end - position);
  return end - position;
}

/** Everything before the tensor data and the padding that they start after. */
function writeHead(content: GgufContent, alignment: number, lengths: readonly number[]): Uint8Array {
  const { version = 3, littleEndian = true, metadata, tensors } = content;
  const writer = new ByteWriter(littleEndian);
  writer.bytes(magic);
  writer.uint32(version);
  writer.count(tensors.length);
  writer.count(metadata.size);
  for (const [key, value] of metadata) {
    const fail = (code: string, reason: string) => refuse(`key "${key}"`, code, reason);
    writeName(writer, key, maxKeyBytes, fail);
    if (key === "") fail("BAD_KEY", "a key is empty");
    writeTypedValue(writer, value, fail);
  }
  const names = new Set<string>();
  let offset = 0;
  for (const [i, { name, dtype, shape }] of tensors.entries()) {
    const fail = (code: string, reason: string) => refuse(`tensor "${name}"`, code, reason);
    if (names.has(name)) fail("DUPLICATE_TENSOR", "two tensors have this name");
    names.add(name);
    writeName(writer, name, maxTensorNameBytes, fail);
    writer.uint32(shape.length);
    for (const length of shape) writer.count(length);
    writer.uint32(dtype.id);
    writer.count(offset);
    offset = align(offset + lengths[i], alignment);
  }
  return writer.result();
}

type Refuse = (code: string, reason: string) => never;

function writeName(writer: ByteWriter, name: string, maxBytes: number, fail: Refuse): void {
  const before = writer.length;
  writeText(writer, name, fail);
  const bytes = writer.length - before - 8;
  if (bytes > maxBytes) fail("TOO_LARGE", `a name of ${bytes} bytes, at most ${maxBytes} are allowed`);
}

/** The tensor's chunks, as long as they are as many bytes as its shape and type say. */
async function* checkLength({ name, data }: TensorToWrite, length: number): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const chunk of data instanceof Uint8Array ? [data] : data()) {
    done += chunk.length;
    if (done > length) break;
    yield chunk;
  }
  if (done !== length) {
    const found = done > length ? "more" : String(done);
    refuse(`tensor "${name}"`, "BAD_TENSOR_DATA", `its shape and type need ${length} bytes, its data are ${found}`);
  }
}

/** Turns little-endian chunks into big-endian ones of whole blocks. */
async function* swapped({ name, dtype }: TensorToWrite, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (!canSwapBlocks(dtype.name)) {
    refuse(`tensor "${name}"`, "UNSUPPORTED_BYTE_ORDER", `${dtype.name} blocks can't be written big-endian`);
  }
  let rest = new Uint8Array(0);
  for await (const chunk of chunks) {
    const bytes = new Uint8Array(rest.length + chunk.length);
    bytes.set(rest);
    bytes.set(chunk, rest.length);
    const whole = bytes.length - (bytes.length % dtype.blockBytes);
    rest = bytes.slice(whole);
    const blocks = bytes.subarray(0, whole);
    swapBlocks(blocks, dtype.name, dtype.blockBytes);
    yield blocks;
  }
}

function refuse(place: string, code: string, reason: string): never {
  throw new GgufError(code, `can't write GGUF: ${place}: ${reason}`);
}
