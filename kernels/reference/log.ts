const LN2_HIGH = 0.6931471803691238; // ln 2 in two parts: the first has 32 bits, so that its product with an exponent is exact
const LN2_LOW = 1.9082149292705877e-10;

const view = new DataView(new ArrayBuffer(8));

/**
 * Natural logarithm in double precision from + − × / and exponent bits only, so that every engine returns the same
 * bits; relative error at most 1e−15. log 0 = −Infinity; NaN for x < 0.
 *
 * x = 2ᵉ·m with √½ ≤ m < √2, and ln m = 2·artanh s = 2·(s + s³/3 + s⁵/5 + …) with s = (m − 1) / (m + 1).
 */
export function log(x: number): number {
  if (x === 0) return -Infinity;
  if (!(x > 0)) return NaN;
  if (x === Infinity) return x;
  if (x < 2 ** -1022) return log(x * 2 ** 54) - 54 * (LN2_HIGH + LN2_LOW);
  view.setFloat64(0, x);
  let e = (view.getUint32(0) >>> 20) - 1023;
  view.setUint32(0, (view.getUint32(0) & 0x000fffff) | 0x3ff00000); // exponent 0: 1 ≤ m < 2
  let m = view.getFloat64(0);
  if (m >= Math.SQRT2) {
    m /= 2;
    e++;
  }
  const s = (m - 1) / (m + 1);
  const t = s * s;
  let sum = 0;
  for (let k = 23; k >= 3; k -= 2) sum = (sum + 1 / k) * t;
  return e * LN2_HIGH + (e * LN2_LOW + (2 * s + 2 * s * sum));
}
