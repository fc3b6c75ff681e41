/** The first place where two arrays have different bits, any NaN counting as any other, or −1. */
export function differingBit(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  return a.findIndex((x, i) => !Object.is(x, b[i]));
}

/** Whether all numbers are the same bit for bit; any NaN equals any NaN. */
export function equalBits(a: Float32Array, b: Float32Array): boolean {
  return differingBit(a, b) < 0;
}

/**
 * Throws where two arrays have different bits, saying where.
 * @param what of what, for the message
 */
export function assertEqualBits(what: string, a: Float32Array, b: Float32Array): void {
  const i = differingBit(a, b);
  if (i >= 0) throw new Error(`${what}: at ${i}, ${a[i]} is not ${b[i]}`);
}
