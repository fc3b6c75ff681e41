import type { GrammarSymbol } from "../engine/node.ts";
import type { LiteralSet } from "./literals.ts";
import type { Rules } from "./rules.ts";

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

/** What the nodes of an object need of its rule. */
export interface ObjectSteps {
  readonly rules: Rules;
  canClose(state: ObjectState): boolean;
  hasMore(state: ObjectState): boolean;
  /** Keys and what follows them. */
  members(state: ObjectState): readonly (readonly GrammarSymbol[])[];
  /** The ways in which a key of a class can come next, whichever it is. */
  unnamed(keyClass: number, state: ObjectState): readonly PropertyOption[];
  /** What may come after a property. */
  rest(state: ObjectState): GrammarSymbol;
}
