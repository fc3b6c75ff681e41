import { dtypeById } from "../tensor/dtype.ts";
import type { Cursor } from "./cursor.ts";
import type { TensorInfo } from "./gguf.ts";
import { maxDimensions, maxTensorNameBytes } from "./limits.ts";
import { readString } from "./utf8.ts";

/** The least bytes that a tensor's description has: name length, number of dimensions, type, offset. */
export const leastTensorInfoBytes = 8 + 4 + 4 + 8;

/** A tensor's description before it is known where the tensor data start. */
export type UnplacedTensor = Omit<TensorInfo, "position" | "part">;

/** The descriptions of all tensors, in the file's order. */
export async function readTensorInfos(cursor: Cursor, count: number): Promise<UnplacedTensor[]> {
  const tensors: UnplacedTensor[] = [];
  const names = new Set<string>();
  for (let i = 0; i < count; i++) {
    cursor.place = `tensor ${i}`;
    const tensor = await readTensorInfo(cursor);
    if (names.has(tensor.name)) cursor.fail("DUPLICATE_TENSOR", "the file has two tensors of this name");
    names.add(tensor.name);
    tensors.push(tensor);
  }
  return tensors;
}

async function readTensorInfo(cursor: Cursor): Promise<UnplacedTensor> {
  const name = await readString(cursor, maxTensorNameBytes);
  cursor.place = `tensor ${JSON.stringify(name)}`;
  await cursor.need(4);
  const dimensions = cursor.uint32();
  if (dimensions > maxDimensions) {
    cursor.fail("BAD_TENSOR", `${dimensions} dimensions, at most ${maxDimensions} are allowed`);
  }
  await cursor.need(dimensions * 8 + 4 + 8);
  const shape = Array.from({ length: dimensions }, () => cursor.count());
  const typeId = cursor.uint32();
  const offset = cursor.count();

  const dtype = dtypeById(typeId) ?? cursor.fail("UNKNOWN_TENSOR_TYPE", `tensor type ${typeId} is not known`);
  const shapeText = `[${shape.join(", ")}]`;
  const values = shape.reduce((product, length) => product * length, 1);
  if (!shape.every(Number.isSafeInteger) || !Number.isSafeInteger(values)) {
    cursor.fail("TOO_LARGE", `shape ${shapeText} has more values than any file can hold`);
  }
  if ((shape[0] ?? 1) % dtype.blockLength !== 0) {
    cursor.fail(
      "BAD_TENSOR",
      `rows of ${shape[0] ?? 1} values are no multiple of ${dtype.name}'s block of ${dtype.blockLength}`,
    );
  }
  const byteLength = (values / dtype.blockLength) * dtype.blockBytes;
  if (byteLength > cursor.remaining) {
    cursor.fail("TRUNCATED", `${dtype.name} ${shapeText} needs ${byteLength} bytes, ${cursor.remaining} are left`);
  }
  return { name, dtype, shape, byteLength, offset };
}
