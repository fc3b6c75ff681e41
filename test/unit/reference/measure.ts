import fc from "fast-check";

/** Half the distance from 1 to the next single: the relative error of one rounding. */
export const u = 2 ** -24;

/** The smallest positive single. */
export const tiny = 2 ** -149;

/** |y − exact| in units in the last place of single precision at `exact`; 0 if both are the same infinity or NaN. */
export function ulps(y: number, exact: number): number {
  if (Object.is(y, Math.fround(exact)) || (Number.isNaN(y) && Number.isNaN(exact))) return 0;
  const exponent = exact === 0 ? -126 : Math.max(-126, Math.floor(Math.log2(Math.abs(exact))));
  return Math.abs(y - exact) / 2 ** (exponent - 23);
}

/** Fails, with both numbers, if `y` is further than `bound` from `exact`. */
export function expectWithin(y: number, exact: number, bound: number, what = ""): void {
  if (!(Math.abs(y - exact) <= bound)) throw new Error(`${what} ${y} is ${y - exact} from ${exact}, allowed ${bound}`);
}

/** Every exponent of single precision, both signs, `mantissas` values each; zeros, infinities and NaN among them. */
export function* allExponents(mantissas: number): Generator<number> {
  const bits = new Uint32Array(1);
  const single = new Float32Array(bits.buffer);
  for (let top = 0; top < 512; top++) {
    for (let i = 0; i < mantissas; i++) {
      bits[0] = (top << 23) | Math.floor((i * 2 ** 23) / mantissas);
      yield single[0];
    }
  }
}

/** Singles from −`limit` to `limit`: spread over all exponents (zeros and denormals among them), or spread evenly. */
export function singles(length: number, limit: number): fc.Arbitrary<Float32Array> {
  const lengths = { minLength: length, maxLength: length };
  const max = Math.fround(limit);
  return fc.oneof(
    fc.float32Array({ ...lengths, min: -max, max, noNaN: true }),
    fc
      .int32Array({ ...lengths, min: -(2 ** 24), max: 2 ** 24 })
      .map((x) => Float32Array.from(x, (i) => i * (max / 2 ** 24))),
  );
}

/** Σ over 0 … n − 1 in double precision. */
export function sum(n: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += term(i);
  return total;
}
