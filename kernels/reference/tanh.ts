import { exp } from "./exp.ts";

const f = Math.fround;

/** (tanh x − x) / x³ as a polynomial in x² of least error on |x| ≤ 0.625, highest power first. */
const [C4, C3, C2, C1, C0] = [f(-0.0060967142), f(0.02099718), f(-0.053850908), f(0.13332769), f(-0.33333328)] as const;

/**
 * Hyperbolic tangent in single precision, from our `exp`: tanh x = 1 − 2 / (exp(2|x|) + 1) with the sign of x; near 0,
 * where that would cancel, an odd polynomial. Within 2 units in the last place.
 */
export function tanh(x: number): number {
  const a = Math.abs(x);
  const s = f(x * x);
  let p = f(f(C4 * s) + C3);
  p = f(f(p * s) + C2);
  p = f(f(p * s) + C1);
  p = f(f(p * s) + C0);
  const near = f(x + f(f(x * s) * p));
  const far = f(1 - f(2 / f(exp(f(2 * a)) + 1)));
  return a < 0.625 ? near : x < 0 ? -far : far;
}
