import type { Dtype } from "../tensor/dtype.ts";
import type { TensorInfo } from "./gguf.ts";
import { maxDimensions } from "./limits.ts";
import type { Metadata } from "./metadata.ts";

/** The key that sets the alignment, and the alignment without it. */
export const alignmentKey = "general.alignment";
export const defaultAlignment = 32;
const largestAlignment = 1 << 24;

/** A tensor's description before it is known where the tensor data start. */
export type UnplacedTensor = Omit<TensorInfo, "position" | "part">;

/** Calls back with an error's code and reason; never returns. */
export type Fail = (code: string, reason: string) => never;

/** The next multiple of `alignment`, a power of two, at or after `offset`. */
export function align(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/**
 * The alignment that the metadata ask for. The specification wants a multiple of 8, llama.cpp any power of two; every
 * power of two up to 16 MiB is taken here.
 */
export function readAlignment(metadata: Metadata, fail: Fail): number {
  const found = metadata.get(alignmentKey);
  if (found === undefined) return defaultAlignment;
  if (found.type !== "uint32") fail("BAD_ALIGNMENT", `"${alignmentKey}" must be of type uint32, not ${found.type}`);
  const alignment = found.value;
  if (alignment === 0 || (alignment & (alignment - 1)) !== 0 || alignment > largestAlignment) {
    fail("BAD_ALIGNMENT", `"${alignmentKey}" is ${alignment}, not a power of two up to ${largestAlignment}`);
  }
  return alignment;
}

/** Bytes of a tensor: the blocks of its rows, one after the other. */
export function tensorByteLength(dtype: Dtype, shape: readonly number[], fail: Fail): number {
  if (shape.length > maxDimensions) {
    fail("BAD_TENSOR", `${shape.length} dimensions, at most ${maxDimensions} are allowed`);
  }
  const values = shape.reduce((product, length) => product * length, 1);
  const bytes = (values / dtype.blockLength) * dtype.blockBytes;
  if (![...shape, values, Math.ceil(bytes)].every((number) => Number.isSafeInteger(number) && number >= 0)) {
    fail("TOO_LARGE", `shape [${shape.join(", ")}] has more values than any file can hold`);
  }
  const rowLength = shape[0] ?? 1;
  if (rowLength % dtype.blockLength !== 0) {
    fail("BAD_TENSOR", `rows of ${rowLength} values are no multiple of ${dtype.name}'s block of ${dtype.blockLength}`);
  }
  return bytes;
}

/**
 * Places the tensors in the file: each must be aligned, lie within the file, and share no byte with another. They may
 * leave gaps and lie in any order.
 */
export function placeTensors(
  tensors: readonly UnplacedTensor[],
  dataStart: number,
  fileSize: number,
  alignment: number,
  failAt: (name: string, code: string, reason: string) => never,
): TensorInfo[] {
  const placed = tensors.map((tensor) => ({ ...tensor, position: dataStart + tensor.offset, part: 0 }));
  for (const { name, offset, position, byteLength } of placed) {
    if (offset % alignment !== 0) failAt(name, "BAD_OFFSET", `offset ${offset} is no multiple of ${alignment}`);
    if (!Number.isSafeInteger(position) || (byteLength > 0 && position + byteLength > fileSize)) {
      failAt(
        name,
        "TRUNCATED",
        `its ${byteLength} bytes start at byte ${position}, past the end of the file's ${fileSize}`,
      );
    }
  }
  const inOrder = placed.filter(({ byteLength }) => byteLength > 0).sort((a, b) => a.position - b.position);
  for (let i = 1; i < inOrder.length; i++) {
    const [before, tensor] = [inOrder[i - 1], inOrder[i]];
    if (before.position + before.byteLength > tensor.position) {
      failAt(tensor.name, "OVERLAPPING_TENSORS", `its bytes overlap those of tensor ${JSON.stringify(before.name)}`);
    }
  }
  return placed;
}
