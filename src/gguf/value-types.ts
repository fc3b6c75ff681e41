/** The types of metadata values; a type's place in this list is the number that a file stores. */
export const valueTypes = [
  "uint8",
  "int8",
  "uint16",
  "int16",
  "uint32",
  "int32",
  "float32",
  "bool",
  "string",
  "array",
  "uint64",
  "int64",
  "float64",
] as const;

export type ValueType = (typeof valueTypes)[number];

/** Types whose values are JavaScript numbers. */
export type NumberType = Exclude<ValueType, "bool" | "string" | "array" | "uint64" | "int64">;

/** Bytes of one value in a file; of a string and an array at least (its length, and an element type before it). */
export const valueBytes: Readonly<Record<ValueType, number>> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  bool: 1,
  string: 8,
  array: 12,
  uint64: 8,
  int64: 8,
  float64: 8,
};

/** The typed array that holds the elements of an array of numbers. A `bool` is a byte, 0 or 1. */
export const typedArrays = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  bool: Uint8Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  float64: Float64Array,
} as const;

/** The types whose values all have the same length, so that arrays of them are typed arrays. */
export type FixedType = keyof typeof typedArrays;

/** An array of fixed-length values: `elementType` names the typed array. */
export type FixedArray = {
  [T in FixedType]: {
    readonly type: "array";
    readonly elementType: T;
    readonly value: InstanceType<(typeof typedArrays)[T]>;
  };
}[FixedType];

export type MetadataArray =
  | FixedArray
  | { readonly type: "array"; readonly elementType: "string"; readonly value: readonly string[] }
  | { readonly type: "array"; readonly elementType: "array"; readonly value: readonly MetadataArray[] };

/**
 * A metadata value with the type that it has in the file, so that writing it gives the same bytes. `bits` are there
 * for a NaN only: JavaScript does not keep which of the many NaNs a number is.
 */
export type MetadataValue =
  | { readonly type: NumberType; readonly value: number; readonly bits?: bigint }
  | { readonly type: "uint64" | "int64"; readonly value: bigint }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string }
  | MetadataArray;
