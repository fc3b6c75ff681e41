import { dtypeById, dtypes, formerDtypes } from "../tensor/dtype.ts";
import type { Cursor } from "./cursor.ts";
import { type UnplacedTensor, tensorByteLength } from "./layout.ts";
import { maxDimensions, maxTensorNameBytes } from "./limits.ts";
import { readString } from "./read-string.ts";

/** The least bytes that a tensor's description has: name length, number of dimensions, type, offset. */
export const leastTensorInfoBytes = 8 + 4 + 4 + 8;

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

  const dtype = dtypeById(typeId) ?? cursor.fail("UNKNOWN_TENSOR_TYPE", unknownType(typeId));
  const byteLength = tensorByteLength(dtype, shape, (code, reason) => cursor.fail(code, reason));
  cursor.check(byteLength, `${dtype.name} [${shape.join(", ")}] needs ${byteLength} bytes`);
  return { name, dtype, shape, byteLength, offset };
}

function unknownType(id: number): string {
  const former = formerDtypes.get(id);
  const newest = dtypes.at(-1)!;
  const what =
    former === undefined
      ? `tensor type ${id} is not known; the newest that is: ${newest.id}, "${newest.name}"`
      : `tensor type ${id}, "${former[0]}", which ggml has given up, is not supported; the nearest that is: "${former[1]}"`;
  return `${what}; docs/adding-a-format.md shows how to add one`;
}
