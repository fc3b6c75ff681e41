/** π/2 in three parts; the first two have 33 bits, so that their products with an integer of up to 20 bits are exact. */
const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_MIDDLE = 6.077100506303966e-11;
const HALF_PI_LOW = 2.0222662487959506e-21;
const TWO_OVER_PI = 0.6366197723675814;

/**
 * Takes multiples of π/2 off an angle: x = n·π/2 + r with |r| ≤ π/4, for |x| ≤ 1,000,000.
 * (Cody and Waite 1980, "Software Manual for the Elementary Functions", chapter 8.)
 */
export function reduceHalfPi(x: number): { r: number; quadrant: number } {
  const n = Math.floor(x * TWO_OVER_PI + 0.5);
  const r = x - n * HALF_PI_HIGH - n * HALF_PI_MIDDLE - n * HALF_PI_LOW;
  return { r, quadrant: n & 3 };
}

/** sin r for |r| ≤ π/4, by its Taylor series. */
export function sinNearZero(r: number): number {
  const s = r * r;
  return r + r * s * series(s, SIN);
}

/** cos r for |r| ≤ π/4, by its Taylor series. */
export function cosNearZero(r: number): number {
  const s = r * r;
  return 1 - (0.5 * s - s * s * series(s, COS));
}

/** −1/3!, 1/5!, … −1/15!, 1/17! and 1/4!, −1/6!, … 1/16!, highest power first. */
const SIN = [17, 15, 13, 11, 9, 7, 5, 3].map((n) => (n % 4 === 1 ? 1 : -1) / factorial(n));
const COS = [16, 14, 12, 10, 8, 6, 4].map((n) => (n % 4 === 0 ? 1 : -1) / factorial(n));

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

function series(s: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (const c of coefficients) sum = sum * s + c;
  return sum;
}
