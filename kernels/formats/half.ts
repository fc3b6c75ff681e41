/**
 * Half precision (IEEE 754 binary16) to single and back, by bits.
 *
 *     15   14       10   9                  0
 *     ┌────┬───────────┬────────────────────┐
 *     │sign│ exponent+15│      fraction      │   (−1)^sign · (1024 + fraction) · 2^(exponent − 25)
 *     └────┴───────────┴────────────────────┘   exponent field 0: fraction · 2^−24; 31: infinity or NaN
 */

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** By sign and exponent field: the value of the fraction's last place, with the sign. */
const unit = new Float64Array(64);
/** By sign and exponent field: the leading one of the significand, 0 for denormals. */
const leading = new Float64Array(64);
for (let field = 0; field < 64; field++) {
  const exponent = field & 31;
  unit[field] = (field < 32 ? 1 : -1) * 2 ** (Math.max(exponent, 1) - 25);
  leading[field] = exponent === 0 ? 0 : 1024;
}

/** The value of half-precision bits (0…0xffff). Exact: every half is a single. */
export function halfToSingle(bits: number): number {
  const field = bits >> 10;
  if ((field & 31) === 31) return (bits & 1023) !== 0 ? NaN : field === 31 ? Infinity : -Infinity;
  return ((bits & 1023) + leading[field]) * unit[field];
}

let singles: Float32Array | undefined;

/** The values of all halves by their bits, for who has many to turn into singles. */
export function singlesOfHalves(): Float32Array {
  if (singles !== undefined) return singles;
  singles = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) singles[bits] = halfToSingle(bits);
  return singles;
}

/** The bits of the half nearest to a single, ties to even; past 65,520 infinity, NaN as a quiet NaN. */
export function singleToHalf(value: number): number {
  single[0] = value;
  const bits = singleBits[0];
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  // Below 2^−14 the result is a multiple of 2^−24: adding 2^52 rounds that multiple to an integer, ties to even.
  if (magnitude < 0x38800000) return sign | (Math.abs(single[0]) * 2 ** 24 + 2 ** 52 - 2 ** 52);
  // A carry out of the fraction raises the exponent, which is the right result.
  return sign | ((magnitude + 0xfff + ((magnitude >> 13) & 1) - (112 << 23)) >> 13);
}

/** Whether half-precision bits are neither infinite nor NaN. */
export function isFiniteHalf(bits: number): boolean {
  return (bits & 0x7c00) !== 0x7c00;
}
