import type { LiteralSet } from "./literals.ts";

/** How far an object is. */
export interface ObjectState {
  /** For each named key: `1` where it can't come any more. */
  readonly gone: string;
  /** Required keys that are still to come. */
  readonly missing: number;
  /** Properties so far; where that makes no difference any more, as many as make none. */
  readonly count: number;
  /** Which of `some` are still to be fulfilled. */
  readonly pending: readonly number[];
  /** Texts of keys that are not named, by class. */
  readonly used: readonly (readonly [keyClass: number, text: string])[];
}

/** A property that can come next. */
export interface PropertyOption {
  readonly set: LiteralSet;
  readonly next: ObjectState;
}
