/**
 * The positions of the values from the smallest to the largest, of equals the first first. −0 equals 0; no value may be
 * NaN. Key and position go into one double, which engines sort without calling back.
 */
export function ascendingPositions(values: Float32Array): Uint32Array {
  return sortedPositions(values, ascendingKey);
}

/** The positions of the values from the largest to the smallest, of equals the first first. */
export function descendingPositions(values: Float32Array): Uint32Array {
  return sortedPositions(values, descendingKey);
}

/** More values than this can't be ordered: a key takes 32 of a double's 53 bits. */
export const largestCount = 2 ** 21;

function sortedPositions(values: Float32Array, keyOf: (bits: number) => number): Uint32Array {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const packed = new Float64Array(bits.length);
  for (let i = 0; i < bits.length; i++) packed[i] = keyOf(bits[i]) * largestCount + i;
  packed.sort();
  const positions = new Uint32Array(packed.length);
  for (let i = 0; i < packed.length; i++) positions[i] = packed[i] % largestCount;
  return positions;
}

/** A number from 0 to 2³² that orders as the float of these bits, which are a sign and a magnitude. */
function ascendingKey(bits: number): number {
  return 2 ** 31 + (bits >= 0 ? bits : -(bits & 0x7fffffff));
}

function descendingKey(bits: number): number {
  return 2 ** 32 - ascendingKey(bits);
}
