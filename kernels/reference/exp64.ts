const LOG2_E = 1.4426950408889634;
const LN2_HIGH = 0.6931471803691238; // ln 2 in two parts: the first has 32 bits, so that its product with n is exact
const LN2_LOW = 1.9082149292705877e-10;

const view = new DataView(new ArrayBuffer(8));

/**
 * eˣ in double precision from + − × / and exponent bits only, so that every engine returns the same bits; relative
 * error at most 1e−15 where the result is a normal number. For tables and sampling; `exp` is the one for activations.
 *
 * x = n·ln 2 + r with |r| ≤ ln 2 / 2; eʳ by its Taylor series up to r¹³; eˣ = 2ⁿ·eʳ.
 */
export function exp64(x: number): number {
  const z = Math.max(-746, Math.min(710, x)); // beyond, the result is already 0 or Infinity; NaN stays NaN
  const n = Math.floor(z * LOG2_E + 0.5);
  const r = z - n * LN2_HIGH - n * LN2_LOW;
  let sum = 1;
  for (let k = 13; k >= 2; k--) sum = 1 + (sum * r) / k;
  const half = n >> 1; // 2ⁿ in two factors, since n may be beyond the exponents of normal numbers
  return (1 + r * sum) * powerOfTwo(half) * powerOfTwo(n - half);
}

/** 2ⁿ for −1022 ≤ n ≤ 1023. */
function powerOfTwo(n: number): number {
  view.setUint32(0, (n + 1023) << 20);
  return view.getFloat64(0);
}
