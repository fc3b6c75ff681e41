import { exp64 } from "./exp64.ts";
import { log } from "./log.ts";

/**
 * xʸ for x ≥ 0 in double precision, as exp(y·ln x), so that every engine returns the same bits; NaN for x < 0. The
 * relative error is at most 1e−15·(1 + |y·ln x|): rounding the exponent counts as often as the exponent is large.
 */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  return exp64(y * log(x));
}
