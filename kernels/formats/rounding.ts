/** The nearest integer to a single, ties away from zero (C's `roundf`). */
export function roundHalfAway(value: number): number {
  return Math.trunc(value + (value < 0 ? -0.5 : 0.5));
}
