/**
 * How weights lie in memory for the products: four rows side by side (a band), and in a band one group of 32 columns
 * after the other. A vector holds 4 bytes of each of the 4 rows: "quad j" is columns 4j … 4j + 3 of the group.
 *
 *     format  header of 256 columns   a group of 32 columns
 *     Q4_0    –                       nibbles 64 · d 8
 *     Q4_1    –                       nibbles 64 · d 8 · m 8
 *     Q5_0    –                       fives 80 · d 8
 *     Q5_1    –                       fives 80 · d 8 · m 8
 *     Q8_0    –                       bytes 128 · d 8
 *     Q2_K    d 16 · dmin 16          pairs of bits 32 · scales and minima 8
 *     Q3_K    d 16                    pairs of bits 32 · third bits 16 · scales 8
 *     Q4_K    d 16 · dmin 16          nibbles 64 · scales 4 · minima 4
 *     Q5_K    d 16 · dmin 16          fives 80 · scales 4 · minima 4
 *     Q6_K    d 16                    sixes 96 · scales 8
 *     IQ4_NL  –                       nibbles 64 · d 8
 *     IQ4_XS  d 16                    nibbles 64 · scales 4
 *     MXFP4   –                       nibbles 64 · exponents 4
 *     integers –                      bytes 128 · factors 16 · scales 16
 *
 * nibbles: 4 vectors; the low nibbles of vector j are quad j, the high ones quad j + 4.
 * fives: 5 vectors; the low five bits of vector j are quad j, and the three above them parts of the others. Quad 5: its
 * upper three in vector 0, its lower two on top of vector 1; quad 6 the same in 2 and 3; quad 7: its upper three in vector
 * 4, bit 1 in the bit that is left of vector 1, bit 0 in that of vector 3.
 * sixes: 2 times 3 vectors, of four quads each; the low six bits of vector j are quad j, the two above them are of the
 * fourth: its lowest, its middle, its highest two.
 * pairs of bits: 2 vectors; bits 2j, 2j + 1 of vector i are quad 4i + j. Third bits: bit j is quad j.
 * F32, F16 and BF16 lie side by side as well: a vector of each of the four rows of a band, then the next of each; columns are
 * filled up with zeros. A vector of halves holds columns j and j + 4 in word j.
 * d, m, dmin: a half for each row; in headers a single, since the scales of K formats are often so small that as halves they
 * are denormal, which processors multiply a hundred times slower. Scales and minima: bytes as in the file, unpacked; Q2_K and Q3_K: row by row, both
 * halves of the group side by side; Q6_K: four rows of the first half, then of the second; Q4_K, Q5_K: four rows, and so
 * IQ4_XS, as they count (signed). "Integers" hold what the formats without a layout of their own unpack to: 16-bit factors
 * row by row, both halves of the group side by side, and a single as scale for each row.
 */

/** Formats by GGUF's numbers. */
// @ts-ignore: decorator
@inline export const F32: i32 = 0;
// @ts-ignore: decorator
@inline export const F16: i32 = 1;
// @ts-ignore: decorator
@inline export const Q4_0: i32 = 2;
// @ts-ignore: decorator
@inline export const Q4_1: i32 = 3;
// @ts-ignore: decorator
@inline export const Q5_0: i32 = 6;
// @ts-ignore: decorator
@inline export const Q5_1: i32 = 7;
// @ts-ignore: decorator
@inline export const Q8_0: i32 = 8;
// @ts-ignore: decorator
@inline export const Q2_K: i32 = 10;
// @ts-ignore: decorator
@inline export const Q3_K: i32 = 11;
// @ts-ignore: decorator
@inline export const Q4_K: i32 = 12;
// @ts-ignore: decorator
@inline export const Q5_K: i32 = 13;
// @ts-ignore: decorator
@inline export const Q6_K: i32 = 14;
// @ts-ignore: decorator
@inline export const IQ4_NL: i32 = 20;
// @ts-ignore: decorator
@inline export const IQ4_XS: i32 = 23;
// @ts-ignore: decorator
@inline export const BF16: i32 = 30;
// @ts-ignore: decorator
@inline export const MXFP4: i32 = 39;
/** No format of files: see above. */
// @ts-ignore: decorator
@inline export const INTEGERS: i32 = 1000;

/** Whether blocks have 256 values. */
// @ts-ignore: decorator
@inline export function isK(format: i32): bool {
  return format >= Q2_K && format <= Q6_K;
}

/** Whether the halves of a group (16 columns) have their own integer factors. */
// @ts-ignore: decorator
@inline export function hasHalves(format: i32): bool {
  return format == Q2_K || format == Q3_K || format == Q6_K;
}

/** Whether the sums of both halves are multiplied with their factors at once, as pairs of 16 bits. */
// @ts-ignore: decorator
@inline export function hasPairs(format: i32): bool {
  return format == Q2_K || format == Q3_K;
}

/** Whether the nibbles number levels. */
// @ts-ignore: decorator
@inline export function hasLevels(format: i32): bool {
  return format == IQ4_NL || format == IQ4_XS || format == MXFP4;
}

/** Whether values have an offset besides the scale. */
// @ts-ignore: decorator
@inline export function hasMin(format: i32): bool {
  return format == Q4_1 || format == Q5_1 || format == Q2_K || format == Q4_K || format == Q5_K;
}

/** Bytes of a packed group of 32 columns, without the header. */
// @ts-ignore: decorator
@inline export function groupBytes(format: i32): usize {
  switch (format) {
    case Q4_0: return 72;
    case Q4_1: return 80;
    case Q5_0: return 88;
    case Q5_1: return 96;
    case Q8_0: return 136;
    case Q2_K: return 40;
    case Q3_K: return 56;
    case Q4_K: return 72;
    case Q5_K: return 88;
    case Q6_K: return 104;
    case IQ4_NL: return 72;
    case IQ4_XS: return 68;
    case MXFP4: return 68;
    case INTEGERS: return 160;
    default: return 0;
  }
}

/** Bytes of the header of 256 columns. */
// @ts-ignore: decorator
@inline export function headerBytes(format: i32): usize {
  return isK(format) ? (hasMin(format) ? 32 : 16) : format == IQ4_XS ? 16 : 0;
}

/** Values in a vector of the formats that are no blocks, or 0. */
// @ts-ignore: decorator
@inline export function vectorValues(format: i32): i32 {
  return format == F32 ? 4 : format == F16 || format == BF16 ? 8 : 0;
}

/** Bytes of a band: four rows of `columns` values. */
// @ts-ignore: decorator
@inline export function bandBytes(format: i32, columns: i32): usize {
  const values = vectorValues(format);
  if (values != 0) return <usize>((columns + values - 1) / values) * 64;
  return <usize>(columns >> 5) * groupBytes(format) + <usize>(columns >> 8) * headerBytes(format);
}
