const f = Math.fround;

const LOG2_E = f(1.442695);
/** ln 2 in two parts. The first has 16 bits, so that its product with an integer of up to 8 bits is exact. */
const LN2_HIGH = f(0.693145751953125);
const LN2_LOW = f(1.4286068e-6);
/** (eʳ − 1 − r) / r² on |r| ≤ ln 2 / 2: the polynomial of degree 5 of least error, highest power first. */
const [C5, C4, C3, C2, C1, C0] = [
  f(0.0001989118),
  f(0.0013933821),
  f(0.0083333105),
  f(0.041666463),
  f(0.16666667),
  f(0.5),
] as const;

const bits = new Int32Array(1);
const single = new Float32Array(bits.buffer);

/**
 * eˣ in single precision, from + − × and exponent bits only, so that every engine returns the same bits; within one
 * unit in the last place for every single-precision `x`. Infinity above 88.72, denormal below −87.33, 0 below −103.97.
 *
 * x = n·ln 2 + r with |r| ≤ ln 2 / 2, eʳ by a polynomial, and eˣ = 2ⁿ·eʳ. (Cody and Waite 1980, "Software Manual for
 * the Elementary Functions", chapter 6.) No branch depends on the data: a SIMD loop takes the same steps.
 */
export function exp(x: number): number {
  const z = Math.max(-105, Math.min(89, x)); // beyond, the result is already 0 or Infinity; NaN stays NaN
  const n = f(f(f(z * LOG2_E) + 12582912) - 12582912); // rounds to an integer: 1.5 · 2²³ leaves no bits for a fraction
  const r = f(f(z - f(n * LN2_HIGH)) - f(n * LN2_LOW));
  let p = f(f(C5 * r) + C4);
  p = f(f(p * r) + C3);
  p = f(f(p * r) + C2);
  p = f(f(p * r) + C1);
  p = f(f(p * r) + C0);
  const y = f(f(f(f(r * r) * p) + r) + 1);
  // 2ⁿ in two factors, since n may be beyond the exponents of normal numbers; only the last product can round.
  const half = n >> 1;
  return f(f(y * powerOfTwo(half)) * powerOfTwo(n - half));
}

/** 2ⁿ for −126 ≤ n ≤ 127: the number whose exponent field is n + 127. */
function powerOfTwo(n: number): number {
  bits[0] = (n + 127) << 23;
  return single[0];
}
