/** Numbers as JSON writes them, digit by digit. */

/** A magnitude: 0.d₁d₂d₃… × 10^point, without zeros at either end. */
export interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** The shortest digits that read as this number, which is not negative. */
export function decimalOf(value: number): Decimal {
  const [mantissa, exponent] = value.toExponential().split("e");
  const digits = mantissa.replace(".", "").replace(/0+$/, "");
  return digits === "" ? { digits, point: 0 } : { digits, point: Number(exponent) + 1 };
}

/** The next larger double. */
export function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return view.getFloat64(0);
}

/** A number as an exact fraction of a power of ten: value = numerator / 10^places, with the fewest places. */
export function fractionOf(value: number): { readonly numerator: bigint; readonly places: number } {
  const { digits, point } = decimalOf(Math.abs(value));
  const places = Math.max(digits.length - point, 0);
  return { numerator: BigInt(digits === "" ? 0 : digits) * 10n ** BigInt(Math.max(point - digits.length, 0)), places };
}

/** Whether `value` is a whole multiple of `of`, both as they are written. */
export function isMultiple(value: number, of: number): boolean {
  const a = fractionOf(value);
  const b = fractionOf(of);
  const places = Math.max(a.places, b.places);
  return (a.numerator * 10n ** BigInt(places - a.places)) % (b.numerator * 10n ** BigInt(places - b.places)) === 0n;
}
