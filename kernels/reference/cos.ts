import { cosNearZero, reduceHalfPi, sinNearZero } from "./reduce-half-pi.ts";

/**
 * Cosine in double precision from + − × only, so that every engine returns the same bits. For |x| ≤ 1,000,000 within
 * 5e−16 of the true value; the caller keeps to that range.
 */
export function cos(x: number): number {
  const { r, quadrant } = reduceHalfPi(x);
  const y = quadrant % 2 === 0 ? cosNearZero(r) : sinNearZero(r);
  return quadrant === 0 || quadrant === 3 ? y : -y;
}
