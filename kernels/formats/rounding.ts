/**
 * The nearest integer to a single below 2²⁹ in magnitude, ties away from zero (C's `roundf`). Without a branch, since
 * signs of weights can't be predicted.
 */
export function roundHalfAway(value: number): number {
  const halves = (2 * value) | 0;
  const away = halves + ((halves >> 31) | 1);
  return (away - (away >> 31)) >> 1;
}
