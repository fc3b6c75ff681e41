import type { Expression } from "../expressions/expression.ts";
import type { Json } from "./json.ts";
import type { Literal } from "./literals.ts";
import type { Divisor } from "./remainder.ts";

/** What holds for every shape: where only some values are possible, these. */
interface Listed {
  readonly values?: readonly Json[];
}

export interface PlainShape extends Listed {
  readonly type: "null" | "boolean";
}

export interface NumberShape extends Listed {
  readonly type: "number";
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
  readonly multiples: readonly Divisor[];
  readonly notMultiples: readonly Divisor[];
}

export interface StringShape extends Listed {
  readonly type: "string";
  /** Of characters: code points. */
  readonly min: number;
  readonly max: number;
  readonly expression: Expression;
}

/** How often items must fulfil a schema. */
export interface Contained {
  readonly literal: Literal;
  /** The first item that counts. */
  readonly from: number;
  readonly min: number;
  readonly max: number;
}

export interface ArrayMember {
  readonly prefix: readonly (Literal | undefined)[];
  readonly rest: Literal | undefined;
}

export interface ArrayShape extends Listed {
  readonly type: "array";
  readonly min: number;
  readonly max: number;
  /** Each says what items are; all hold. */
  readonly members: readonly ArrayMember[];
  readonly contains: readonly Contained[];
  readonly unique: boolean;
}

export interface KeyPattern {
  readonly expression: Expression;
  readonly literal: Literal | undefined;
}

/** `properties`, `patternProperties` and `additionalProperties` of one schema, or what amounts to them. */
export interface ObjectMember {
  readonly properties: ReadonlyMap<string, Literal | undefined>;
  readonly patterns: readonly KeyPattern[];
  /** For keys that are neither listed nor match a pattern. */
  readonly additional: Literal | undefined;
  /** Whether the order of `properties` counts. */
  readonly ordered: boolean;
}

/** At least one key must be of a kind, with a value that fulfils a schema. */
export interface SomeProperty {
  /** Keys of this expression. */
  readonly keys: Expression;
  readonly literal: Literal | undefined;
}

export interface ObjectShape extends Listed {
  readonly type: "object";
  readonly min: number;
  readonly max: number;
  readonly members: readonly ObjectMember[];
  readonly required: readonly string[];
  /** Every key belongs to each of them. */
  readonly names: readonly Expression[];
  readonly some: readonly SomeProperty[];
}

export type Shape = PlainShape | NumberShape | StringShape | ArrayShape | ObjectShape;
