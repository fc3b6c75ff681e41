/** Whether this machine stores the low byte of a number first, as typed arrays then do. */
export const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Reverses the bytes of each value of `width` bytes, in place. */
export function swapBytes(bytes: Uint8Array, width: number): void {
  if (width === 1) return;
  for (let start = 0; start + width <= bytes.length; start += width) swapField(bytes, start, width);
}

function swapField(bytes: Uint8Array, start: number, width: number): void {
  for (let low = start, high = start + width - 1; low < high; low++, high--) {
    const byte = bytes[low];
    bytes[low] = bytes[high]!;
    bytes[high] = byte;
  }
}

/** A value inside a block that is longer than a byte: where it starts, how many bytes it has. */
type Field = readonly [start: number, width: number];

/**
 * What differs between a little- and a big-endian block of each tensor type. Block formats are named here where their
 * only longer values are half-precision scales; a type that is missing packs bits in longer words, and the
 * specification does not say how these lie in a big-endian file.
 * Source: llama.cpp 0c1e570, gguf-py gguf_convert_endian.py, and the block structs of ggml-common.h.
 */
const fields: Readonly<Record<string, readonly Field[]>> = {
  F32: [[0, 4]],
  F16: [[0, 2]],
  BF16: [[0, 2]],
  F64: [[0, 8]],
  I8: [],
  I16: [[0, 2]],
  I32: [[0, 4]],
  I64: [[0, 8]],
  Q4_0: [[0, 2]],
  Q4_1: [
    [0, 2],
    [2, 2],
  ],
  Q8_0: [[0, 2]],
  Q2_K: [
    [80, 2],
    [82, 2],
  ],
  Q3_K: [[108, 2]],
  Q4_K: [
    [0, 2],
    [2, 2],
  ],
  Q5_K: [
    [0, 2],
    [2, 2],
  ],
  Q6_K: [[208, 2]],
  Q1_0: [[0, 2]],
  TQ2_0: [[64, 2]],
  MXFP4: [],
  NVFP4: [],
};

/** Whether `swapBlocks` can turn blocks of this type. */
export function canSwapBlocks(type: string): boolean {
  return Object.hasOwn(fields, type);
}

/** Turns whole blocks of a tensor type from one byte order to the other, in place. */
export function swapBlocks(bytes: Uint8Array, type: string, blockBytes: number): void {
  for (const [field, width] of fields[type] ?? []) {
    for (let block = 0; block < bytes.length; block += blockBytes) swapField(bytes, block + field, width);
  }
}
