/** Division, digit by digit, of a number that is read from the left. */
import { ConstraintError } from "../../../errors.ts";
import { fractionOf } from "./decimal.ts";

/** A divisor: numerator / 10^places. */
export interface Divisor {
  readonly numerator: number;
  readonly places: number;
}

/** What is left of a number so far. */
export interface Remainder {
  /** Of the digits up to as many places as the divisor has. */
  readonly value: number;
  /** Places read. */
  readonly places: number;
  /** Whether a digit that is not zero came after those places: then nothing divides it. */
  readonly beyond: boolean;
}

export const noRemainder: Remainder = { value: 0, places: 0, beyond: false };

/** Larger numerators need too many states. */
const largest = 500;

/** @throws ConstraintError `UNSUPPORTED_SCHEMA` */
export function divisorOf(value: number, pointer: string): Divisor {
  const { numerator, places } = fractionOf(value);
  if (numerator <= BigInt(largest) && places < 7) return { numerator: Number(numerator), places };
  const what = `multipleOf ${value} takes too many states to follow`;
  throw new ConstraintError("UNSUPPORTED_SCHEMA", `${pointer}: ${what}: use a multiple of at most ${largest}`, pointer);
}

export function advance(of: Remainder, by: Divisor, digit: number, inFraction: boolean): Remainder {
  if (inFraction && of.places === by.places) return { ...of, beyond: of.beyond || digit !== 0 };
  const value = (of.value * 10 + digit) % by.numerator;
  return { ...of, value, places: of.places + (inFraction ? 1 : 0) };
}

export function divides(of: Remainder, by: Divisor): boolean {
  if (of.beyond) return false;
  let { value } = of;
  for (let i = of.places; i < by.places; i++) value = (value * 10) % by.numerator;
  return value === 0;
}
