import { GgufError } from "../errors.ts";
import type { ByteSource } from "./byte-source.ts";
import { amount, Cursor } from "./cursor.ts";
import type { TensorInfo } from "./gguf.ts";
import { align, placeTensors, readAlignment } from "./layout.ts";
import { maxKeyBytes } from "./limits.ts";
import type { Limits } from "./limits.ts";
import { Metadata } from "./metadata.ts";
import { leastTensorInfoBytes, readTensorInfos } from "./read-tensor-infos.ts";
import { readValue, readValueType } from "./read-value.ts";
import { readString } from "./read-string.ts";
import type { MetadataValue } from "./value-types.ts";

/** "GGUF", the first four bytes of every file, whatever its byte order. */
export const magic = Uint8Array.of(0x47, 0x47, 0x55, 0x46);

/** The least bytes that a key-value pair has: key length, one character, type, one byte of value. */
const leastPairBytes = 8 + 1 + 4 + 1;

/** What one file says, before the parts of a split model are put together. */
export interface Part {
  readonly version: 2 | 3;
  readonly littleEndian: boolean;
  readonly alignment: number;
  readonly metadata: Metadata;
  readonly tensors: readonly TensorInfo[];
}

/**
 * Reads one GGUF file up to where its tensor data start: magic, version, number of tensors, number of key-value pairs,
 * the pairs, the tensors' descriptions, and padding to the alignment.
 * Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md; llama.cpp 0c1e570, ggml/include/gguf.h
 */
export async function readPart(source: ByteSource, limits: Limits, signal?: AbortSignal): Promise<Part> {
  const cursor = new Cursor(source, signal);
  const version = await readVersion(cursor);
  await cursor.need(16);
  const tensorCount = cursor.count();
  const pairCount = cursor.count();
  checkCount(cursor, pairCount, leastPairBytes, limits.keys, "key-value pairs");
  checkCount(cursor, tensorCount, leastTensorInfoBytes, limits.tensors, "tensors");

  const metadata = await readMetadata(cursor, pairCount, limits);
  cursor.place = "the metadata";
  const alignment = readAlignment(metadata, (code, reason) => cursor.fail(code, reason));
  const unplaced = await readTensorInfos(cursor, tensorCount);
  const dataStart = align(cursor.position, alignment);
  const tensors = placeTensors(unplaced, dataStart, source.size, alignment, (name, code, reason) => {
    throw new GgufError(code, `${source.name}: tensor ${JSON.stringify(name)}: ${reason}`);
  });
  return { version, littleEndian: cursor.littleEndian, alignment, metadata, tensors };
}

/** Nothing says which byte order a file has, but a version read the wrong way round has its low half zero. */
async function readVersion(cursor: Cursor): Promise<2 | 3> {
  await cursor.need(Math.min(4, cursor.remaining));
  if (!cursor.has(4) || cursor.bytes(4).some((byte, i) => byte !== magic[i])) {
    cursor.fail("NOT_GGUF", 'this is not a GGUF file: it does not start with the letters "GGUF"');
  }
  await cursor.need(4);
  const version = cursor.take(4, (view, at) => {
    cursor.littleEndian = view.getUint16(at, true) !== 0;
    return view.getUint32(at, cursor.littleEndian);
  });
  if (version !== 2 && version !== 3) {
    cursor.fail("UNSUPPORTED_VERSION", `GGUF version ${version} is not supported; versions 2 and 3 are`);
  }
  return version;
}

function checkCount(cursor: Cursor, count: number, leastBytes: number, limit: number, what: string): void {
  cursor.check(count * leastBytes, `claims ${amount(count)} ${what}`);
  if (count > limit) cursor.fail("TOO_LARGE", `${count} ${what}, at most ${limit} are allowed`);
}

async function readMetadata(cursor: Cursor, count: number, limits: Limits): Promise<Metadata> {
  const pairs = new Map<string, MetadataValue>();
  const budget = { arrays: limits.arrays, strings: limits.strings };
  for (let i = 0; i < count; i++) {
    cursor.place = `key ${i}`;
    const key = await readString(cursor, maxKeyBytes);
    if (key === "") cursor.fail("BAD_KEY", "a key is empty");
    cursor.place = `the value of key ${JSON.stringify(key.length > 100 ? `${key.slice(0, 100)}…` : key)}`;
    if (pairs.has(key)) cursor.fail("DUPLICATE_KEY", "the file has two values for this key");
    pairs.set(key, await readValue(cursor, await readValueType(cursor), limits, budget));
  }
  return new Metadata(pairs);
}
