import { hostIsLittleEndian, swapBytes } from "./byte-order.ts";
import type { ByteWriter } from "./byte-writer.ts";
import type { Fail } from "./layout.ts";
import { valueBytes, valueTypes } from "./value-types.ts";
import type { FixedArray, MetadataArray, MetadataValue, ValueType } from "./value-types.ts";

/** The least and the greatest value of each integer type. */
const ranges: Readonly<Record<string, readonly [least: number | bigint, greatest: number | bigint]>> = {
  uint8: [0, 0xff],
  int8: [-0x80, 0x7f],
  uint16: [0, 0xffff],
  int16: [-0x8000, 0x7fff],
  uint32: [0, 0xffffffff],
  int32: [-0x80000000, 0x7fffffff],
  uint64: [0n, 2n ** 64n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
};

/** A value's type, then the value. */
export function writeTypedValue(writer: ByteWriter, value: MetadataValue, fail: Fail): void {
  writeType(writer, value.type);
  if (value.type === "string") writeText(writer, value.value, fail);
  else if (value.type === "array") writeArray(writer, value, fail);
  else writer.put(valueBytes[value.type], (view, at, little) => putScalar(view, at, little, value, fail));
}

function writeType(writer: ByteWriter, type: ValueType): void {
  writer.uint32(valueTypes.indexOf(type));
}

type Scalar = Exclude<MetadataValue, { type: "string" | "array" }>;

/** Integers are put as unsigned: a `DataView` takes a negative number's two's complement. */
function putScalar(view: DataView, at: number, little: boolean, scalar: Scalar, fail: Fail): void {
  checkInteger(scalar, fail);
  switch (scalar.type) {
    case "bool":
      view.setUint8(at, scalar.value ? 1 : 0);
      break;
    case "uint8":
    case "int8":
      view.setUint8(at, scalar.value);
      break;
    case "uint16":
    case "int16":
      view.setUint16(at, scalar.value, little);
      break;
    case "uint32":
    case "int32":
      view.setUint32(at, scalar.value, little);
      break;
    case "uint64":
    case "int64":
      view.setBigUint64(at, scalar.value, little);
      break;
    case "float32":
      if (scalar.bits === undefined) view.setFloat32(at, scalar.value, little);
      else view.setUint32(at, Number(scalar.bits), little);
      break;
    case "float64":
      if (scalar.bits === undefined) view.setFloat64(at, scalar.value, little);
      else view.setBigUint64(at, scalar.bits, little);
      break;
  }
}

function writeArray(writer: ByteWriter, array: MetadataArray, fail: Fail): void {
  writeType(writer, array.elementType);
  writer.count(array.value.length);
  if (array.elementType === "string") for (const text of array.value) writeText(writer, text, fail);
  else if (array.elementType === "array") for (const inner of array.value) writeArray(writer, inner, fail);
  else writeFixedArray(writer, array, fail);
}

function writeFixedArray(writer: ByteWriter, { elementType, value }: FixedArray, fail: Fail): void {
  let bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (elementType === "bool" && bytes.some((byte) => byte > 1)) fail("BAD_VALUE", "a bool is 0 or 1");
  if (writer.littleEndian !== hostIsLittleEndian) {
    bytes = bytes.slice();
    swapBytes(bytes, valueBytes[elementType]);
  }
  writer.bytes(bytes);
}

/** A string that UTF-8 can't hold, half of a surrogate pair, would be read back as another one. */
export function writeText(writer: ByteWriter, text: string, fail: Fail): void {
  if (!text.isWellFormed()) fail("INVALID_UTF8", "a string with half of a surrogate pair has no UTF-8");
  writer.string(text);
}

function checkInteger({ type, value }: Scalar, fail: Fail): void {
  if (!Object.hasOwn(ranges, type) || typeof value === "boolean") return;
  const [least, greatest] = ranges[type];
  const whole = typeof value === "bigint" || Number.isInteger(value);
  if (!whole || value < least || value > greatest) fail("BAD_VALUE", `${value} is not a value of type ${type}`);
}
