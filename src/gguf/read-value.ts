import { hostIsLittleEndian, swapBytes } from "./byte-order.ts";
import { amount } from "./cursor.ts";
import type { Cursor } from "./cursor.ts";
import type { Limits } from "./limits.ts";
import { readString, readStrings } from "./read-string.ts";
import { typedArrays, valueBytes, valueTypes } from "./value-types.ts";
import type { FixedArray, MetadataArray, MetadataValue, ValueType } from "./value-types.ts";

/** What is left of the limits that hold for all values together. */
export interface Budget {
  arrays: number;
  strings: number;
}

/** A value's type: 32 bits, the place in the list of types. */
export async function readValueType(cursor: Cursor): Promise<ValueType> {
  await cursor.need(4);
  const id = cursor.uint32();
  return valueTypes[id] ?? cursor.fail("BAD_VALUE_TYPE", `value type ${id} does not exist`);
}

/** One metadata value of the type that was read before it. */
export async function readValue(
  cursor: Cursor,
  type: ValueType,
  limits: Limits,
  budget: Budget,
): Promise<MetadataValue> {
  if (type === "array") return readArray(cursor, limits, budget, 1);
  if (type === "string") return { type, value: await readString(cursor, limits.stringBytes) };
  const length = valueBytes[type];
  await cursor.need(length);
  switch (type) {
    case "bool": {
      const byte = cursor.uint8();
      if (byte > 1) cursor.fail("BAD_BOOL", `a bool is 0 or 1, not ${byte}`);
      return { type, value: byte === 1 };
    }
    case "uint64":
      return { type, value: cursor.take(length, (view, at, little) => view.getBigUint64(at, little)) };
    case "int64":
      return { type, value: cursor.take(length, (view, at, little) => view.getBigInt64(at, little)) };
    case "float32":
      return cursor.take(length, (view, at, little) => {
        const value = view.getFloat32(at, little);
        return Number.isNaN(value) ? { type, value, bits: BigInt(view.getUint32(at, little)) } : { type, value };
      });
    case "float64":
      return cursor.take(length, (view, at, little) => {
        const value = view.getFloat64(at, little);
        return Number.isNaN(value) ? { type, value, bits: view.getBigUint64(at, little) } : { type, value };
      });
    case "uint8":
      return { type, value: cursor.uint8() };
    case "int8":
      return { type, value: cursor.take(length, (view, at) => view.getInt8(at)) };
    case "uint16":
      return { type, value: cursor.take(length, (view, at, little) => view.getUint16(at, little)) };
    case "int16":
      return { type, value: cursor.take(length, (view, at, little) => view.getInt16(at, little)) };
    case "uint32":
      return { type, value: cursor.uint32() };
    case "int32":
      return { type, value: cursor.take(length, (view, at, little) => view.getInt32(at, little)) };
  }
}

/** An array: the type of its elements, their number as 64 bits, then the elements, which may be arrays again. */
async function readArray(cursor: Cursor, limits: Limits, budget: Budget, depth: number): Promise<MetadataArray> {
  if (depth > limits.depth) cursor.fail("TOO_DEEP", `arrays lie more than ${limits.depth} deep in arrays`);
  if (--budget.arrays < 0) cursor.fail("TOO_LARGE", `more than ${limits.arrays} arrays`);
  const elementType = await readValueType(cursor);
  await cursor.need(8);
  const count = cursor.count();
  cursor.check(count * valueBytes[elementType], `claims ${amount(count)} elements of type ${elementType}`);

  if (elementType === "array") {
    const value: MetadataArray[] = [];
    for (let i = 0; i < count; i++) value.push(await readArray(cursor, limits, budget, depth + 1));
    return { type: "array", elementType, value };
  }
  if (elementType === "string") {
    budget.strings -= count;
    if (budget.strings < 0) cursor.fail("TOO_LARGE", `more than ${limits.strings} strings in arrays`);
    return stringArray(await readStrings(cursor, count, limits.stringBytes));
  }
  const bytes = await cursor.copy(count * valueBytes[elementType]);
  if (elementType === "bool" && !areBools(bytes)) cursor.fail("BAD_BOOL", "a bool is not 0 or 1");
  if (cursor.littleEndian !== hostIsLittleEndian) swapBytes(bytes, valueBytes[elementType]);
  return { type: "array", elementType, value: new typedArrays[elementType](bytes.buffer) } as FixedArray;
}

/** An array of strings that are decoded when they are first looked at. */
function stringArray(decode: () => string[]): MetadataArray {
  let read: (() => string[]) | undefined = decode;
  let strings: string[] = [];
  return {
    type: "array",
    elementType: "string",
    get value() {
      if (read !== undefined) {
        strings = read();
        read = undefined;
      }
      return strings;
    },
  };
}

/** A loop, since a callback for each of millions of bytes takes seconds. */
function areBools(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 1) return false;
  return true;
}
