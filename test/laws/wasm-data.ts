/** Data for the kernel laws, from a seed: fast, and good at the edges. */
import fc from "fast-check";
import type { BlockFormat } from "../../kernels/formats/index.ts";

/** A stream of 32-bit integers (Marsaglia 2003, "Xorshift RNGs"). */
export function stream(seed: number): () => number {
  let x = seed | 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

/** How wild the numbers are. */
export type Kind = "ordinary" | "tiny" | "huge" | "any";
export const kinds: fc.Arbitrary<Kind> = fc.constantFrom("ordinary", "ordinary", "ordinary", "tiny", "huge", "any");

/**
 * Singles: about ±1 with zeros (ordinary), around the smallest numbers (tiny), up to the largest (huge), or all bit
 * patterns, infinities and NaN among them (any).
 */
export function singles(length: number, kind: Kind, seed: number): Float32Array {
  const next = stream(seed);
  const bits = new Uint32Array(length);
  for (let i = 0; i < length; i++) bits[i] = singleBits(next(), kind);
  return new Float32Array(bits.buffer);
}

function singleBits(random: number, kind: Kind): number {
  const sign = random & 0x80000000;
  const rest = random & 0x7fffffff;
  if ((random & 31) === 7) return sign;
  switch (kind) {
    case "ordinary":
      return (sign | (0x3c000000 + (rest % 0x04000000))) >>> 0;
    case "tiny":
      return (sign | (rest % 0x01800000)) >>> 0;
    case "huge":
      return (sign | (0x7f7fffff - (rest % 0x08000000))) >>> 0;
    default:
      return random;
  }
}

/** Blocks of random bytes (all 0, all 0xff, or all 0x80 at times), without infinite or NaN scales. */
export function blocks(format: BlockFormat, count: number, seed: number): Uint8Array {
  const next = stream(seed);
  const bytes = new Uint8Array(count * format.blockBytes);
  const fill = [undefined, undefined, undefined, undefined, 0, 0xff, 0x80, 0x7f][seed & 7];
  for (let i = 0; i < bytes.length; i++) bytes[i] = next() >>> 8;
  if (fill !== undefined) for (let i = 0; i < bytes.length; i++) if (i % format.blockBytes > 16) bytes[i] = fill;
  // Clearing a bit of each half's exponent makes it finite, and leaves any other byte as good as before.
  for (let bad = 0; (bad = format.findNonFinite(bytes, 0, count)) >= 0;) {
    for (let i = bad; i < bad + format.blockBytes; i++) if ((bytes[i] & 0x7c) === 0x7c) bytes[i] &= 0xbf;
    // The last byte has a bit of the exponent.
    if (["F32", "BF16", "IQ1_M"].includes(format.name)) bytes[bad + format.blockBytes - 1] &= 0xbf;
  }
  return bytes;
}
