/**
 * Laws of a GGUF reader and writer, for any implementation of both. Each throws, with the content that breaks it, where
 * it does not hold.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { bytesSource, contentOf, openGguf, serializeGguf } from "../../src/gguf/index.ts";
import type { Gguf, GgufContent, TensorToWrite } from "../../src/gguf/index.ts";
import { dtypes } from "../../src/tensor/dtype.ts";
import { property } from "../support/property.ts";
import { content } from "./gguf-arbitraries.ts";

/** What the laws are about: to test another engine, wrap it in these two functions. */
export interface GgufImplementation {
  readonly write: (content: GgufContent) => Promise<Uint8Array>;
  readonly open: (bytes: Uint8Array) => Promise<Gguf>;
}

export const pellucidGguf: GgufImplementation = {
  write: async (given) => joinChunks(serializeGguf(given)),
  open: (bytes) => openGguf(bytesSource(bytes)),
};

/** Types of which every engine knows how they lie in a big-endian file: plain numbers. */
const plainTypes = dtypes.filter(({ blockLength }) => blockLength === 1);

/** What was written is what is read: values with their types, tensors with their shapes, types and bytes. */
export function parseOfWriteIsIdentity({ write, open }: GgufImplementation = pellucidGguf): Promise<void> {
  return property(content(), async (given) => {
    const gguf = await open(await write(given));
    assert.equal(gguf.version, given.version);
    assert.equal(gguf.littleEndian, given.littleEndian);
    assert.deepEqual([...gguf.metadata], [...given.metadata]);
    assert.deepEqual([...gguf.tensors.keys()], given.tensors.map(nameOf));
    for (const { name, dtype, shape, data } of given.tensors) {
      const info = gguf.tensors.get(name)!;
      assert.deepEqual({ dtype: info.dtype, shape: info.shape }, { dtype, shape });
      assert.equal(info.position % gguf.alignment, 0);
      assert.deepEqual(Uint8Array.from(await gguf.readTensorAsStored(info)), data);
    }
  });
}

/** A file that was read and is written again has the same bytes. */
export function writeOfParseIsIdentity({ write, open }: GgufImplementation = pellucidGguf): Promise<void> {
  return property(content(), async (given) => {
    const file = await write(given);
    assert.deepEqual(await write(contentOf(await open(file))), file);
  });
}

/** A content says the same in both byte orders, and in both versions. */
export function byteOrderIsInvisible({ write, open }: GgufImplementation = pellucidGguf): Promise<void> {
  return property(content(plainTypes), async (given) => {
    const files = [2, 3].flatMap((version) =>
      [true, false].map((littleEndian) => ({ ...given, version: version as 2 | 3, littleEndian, dataAsStored: false })),
    );
    for (const file of files) {
      const gguf = await open(await write(file));
      assert.deepEqual([...gguf.metadata], [...given.metadata]);
      for (const { name, data } of given.tensors) {
        assert.deepEqual(Uint8Array.from(await gguf.readTensor(gguf.tensors.get(name)!)), data);
      }
    }
  });
}

/** A range of a tensor is that range of the whole tensor, in both byte orders. */
export function rangesArePartsOfTheWhole({ write, open }: GgufImplementation = pellucidGguf): Promise<void> {
  const range = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
  return property(fc.tuple(content(plainTypes), range), async ([given, [a, b]]) => {
    const gguf = await open(await write(given));
    for (const info of gguf.tensors.values()) {
      const [start = 0, end = 0] = [a, b].map((part) => Math.floor(part * info.byteLength)).sort((x, y) => x - y);
      const whole = await gguf.readTensor(info);
      assert.deepEqual(
        Uint8Array.from(await gguf.readTensor(info, start, end - start)),
        Uint8Array.from(whole.subarray(start, end)),
      );
    }
  });
}

/** Puts chunks together. */
export async function joinChunks(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(new Blob((await collect(chunks)) as BlobPart[])).arrayBuffer());
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

function nameOf({ name }: TensorToWrite): string {
  return name;
}
