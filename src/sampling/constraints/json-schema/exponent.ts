/** Exponents between two bounds, digit by digit: the values that one, two or three more digits may have. */
export type Exponents = readonly (readonly [least: number, most: number])[];

/** Before the first digit. */
export function exponentsBetween(least: number, most: number): Exponents {
  return [
    [Math.max(least, 1), Math.min(most, 9)],
    [Math.max(least, 10), Math.min(most, 99)],
    [Math.max(least, 100), Math.min(most, 999)],
  ];
}

/** After a digit; `done`: whether the exponent may end there. */
export function afterDigit(exponents: Exponents, digit: number): { readonly rest: Exponents; readonly done: boolean } {
  const rest = exponents.slice(1).map(([least, most], i): readonly [number, number] => {
    const base = digit * 10 ** (i + 1);
    return [Math.max(least - base, 0), Math.min(most - base, 10 ** (i + 1) - 1)];
  });
  const [least, most] = exponents[0] ?? [1, 0];
  // An impossible rest is always written alike, so that equal states are equal.
  return { rest: rest.map((one) => (one[0] > one[1] ? [1, 0] : one)), done: least <= digit && digit <= most };
}
