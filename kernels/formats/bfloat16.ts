/**
 * bfloat16: the upper 16 bits of a single.
 *
 *     15   14            7 6         0
 *     ┌────┬──────────────┬──────────┐
 *     │sign│ exponent + 127│ fraction │
 *     └────┴──────────────┴──────────┘
 */

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** The value of bfloat16 bits. Exact. */
export function bfloat16ToSingle(bits: number): number {
  singleBits[0] = bits << 16;
  return single[0];
}

/** The bits of the bfloat16 nearest to a single, ties to even; NaN as a quiet NaN. */
export function singleToBfloat16(value: number): number {
  single[0] = value;
  const bits = singleBits[0];
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 64;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}
