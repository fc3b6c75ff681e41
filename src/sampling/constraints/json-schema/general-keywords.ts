import { ConstraintError } from "../../../errors.ts";
import { literal, not } from "../expressions/expression.ts";
import { type Json, type JsonObject, sameKey, typeOf, types } from "./json.ts";
import {
  type Condition,
  type Keyword,
  type KeywordReader,
  all,
  invalid,
  listOf,
  none,
  unsupported,
} from "./keyword.ts";
import { textOf } from "./keyword.ts";
import { type Literal, negative, opposite, positive } from "./literals.ts";
import { otherThan } from "./number-keywords.ts";
import type { NumberShape, Shape } from "./shapes.ts";
import { within } from "./string-keywords.ts";

const whole = { numerator: 1, places: 0 };

const type: KeywordReader = (keyword) => {
  const { value } = keyword;
  const names = Array.isArray(value) ? (value as readonly Json[]) : [value];
  const known: readonly string[] = [...types, "integer"];
  if (names.length === 0 || !names.every((name) => known.includes(name as string))) {
    throw invalid(keyword, `one or a list of ${known.join(", ")}`);
  }
  if (names.includes(keyword.type)) return { holds: all, fails: none };
  if (keyword.type !== "number" || !names.includes("integer")) return { holds: none, fails: all };
  return {
    holds: (shape) => [{ ...(shape as NumberShape), integer: true }],
    fails(shape) {
      const number = shape as NumberShape;
      return number.integer ? [] : [{ ...number, notMultiples: [...number.notMultiples, whole] }];
    },
  };
};

/** One of the values. */
function oneOfValues(values: readonly Json[], keyword: Keyword): Condition {
  const own = values.filter((value) => typeOf(value) === keyword.type);
  const keys = new Set(own.map(sameKey));
  return {
    holds(shape) {
      const left = (shape.values ?? own).filter((value) => keys.has(sameKey(value)));
      return left.length === 0 ? [] : [{ ...shape, values: left }];
    },
    fails(shape) {
      if (shape.values !== undefined) {
        const left = shape.values.filter((value) => !keys.has(sameKey(value)));
        return left.length === 0 ? [] : [{ ...shape, values: left }];
      }
      return own.reduce<readonly Shape[]>(
        (shapes, value) => shapes.flatMap((one) => unlike(one, value, keyword)),
        [shape],
      );
    },
  };
}

/** The values of a shape that are not this one. */
function unlike(shape: Shape, value: Json, { refiner, place }: Keyword): readonly Shape[] {
  switch (shape.type) {
    case "string":
      return within(shape, not(literal(value as string)));
    case "number":
      return otherThan(shape, value as number);
    default:
      return refiner.refine([shape], negative(refiner.document.made(schemaOfValue(value), place)));
  }
}

/** A schema that only this array or object fulfils. */
function schemaOfValue(value: Json): JsonObject {
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => ({ const: item }));
    const listed: JsonObject = items.length === 0 ? {} : { prefixItems: items };
    return { type: "array", minItems: items.length, maxItems: items.length, ...listed };
  }
  const object = value as JsonObject;
  const properties = Object.fromEntries(Object.keys(object).map((key) => [key, { const: object[key] }]));
  return { type: "object", required: Object.keys(object), properties, additionalProperties: false };
}

const ref: KeywordReader = (keyword) => {
  const { refiner, place } = keyword;
  return isIt(keyword, positive(refiner.document.resolve(textOf(keyword), place)));
};

function isIt({ refiner }: Keyword, literal: Literal): Condition {
  return {
    holds: (shape) => refiner.refine([shape], literal),
    fails: (shape) => refiner.refine([shape], opposite(literal)),
  };
}

function children(keyword: Keyword): Literal[] {
  const { refiner, place, name } = keyword;
  return listOf(keyword).map((_, i) => positive(refiner.document.child(place, name, i)));
}

/** All of them hold. */
function every({ refiner }: Keyword, literals: readonly Literal[]): (shape: Shape) => readonly Shape[] {
  return (shape) => literals.reduce<readonly Shape[]>((shapes, one) => refiner.refine(shapes, one), [shape]);
}

/** At least one holds. */
function some({ refiner }: Keyword, literals: readonly Literal[]): (shape: Shape) => readonly Shape[] {
  return (shape) => literals.flatMap((one) => refiner.refine([shape], one));
}

/** Exactly one holds. A branch that excludes another by itself needs no more. */
const oneOf: KeywordReader = (keyword) => {
  const { refiner } = keyword;
  const literals = children(keyword);
  const without = (shape: Shape, others: readonly Literal[]): readonly Shape[] =>
    others.reduce<readonly Shape[]>(
      (shapes, other) =>
        shapes.flatMap((one) =>
          refiner.refine([one], other).every((common) => refiner.isEmpty(common))
            ? [one]
            : refiner.refine([one], opposite(other)),
        ),
      [shape],
    );
  return {
    holds: (shape) =>
      literals.flatMap((one, i) =>
        refiner
          .refine([shape], one)
          .flatMap((part) => without(part, [...literals.slice(0, i), ...literals.slice(i + 1)])),
      ),
    fails: (shape) => [
      ...every(keyword, literals.map(opposite))(shape),
      ...literals.flatMap((one, i) =>
        literals.slice(i + 1).flatMap((other) => refiner.refine(refiner.refine([shape], one), other)),
      ),
    ],
  };
};

/** `if`, with its `then` and `else`. */
const ifThenElse: KeywordReader = (keyword) => {
  const { refiner, place, schema } = keyword;
  const part = (name: string) => {
    return Object.hasOwn(schema, name) ? positive(refiner.document.child(place, name)) : undefined;
  };
  const when = positive(refiner.document.child(place, "if"));
  const branches = [
    [when, part("then")],
    [opposite(when), part("else")],
  ] as const;
  if (branches.every(([, then]) => then === undefined)) return undefined;
  return {
    holds: (shape) =>
      branches.flatMap(([condition, then]) => {
        const shapes = refiner.refine([shape], condition);
        return then === undefined ? shapes : refiner.refine(shapes, then);
      }),
    fails: (shape) =>
      branches.flatMap(([condition, then]) => {
        return then === undefined ? [] : refiner.refine(refiner.refine([shape], condition), opposite(then));
      }),
  };
};

const refuse =
  (hint: string): KeywordReader =>
  (keyword) => {
    throw unsupported(keyword, `${keyword.name} is not supported`, hint);
  };

/** Asks nothing where it is `true` or `{}`. */
const unlessTrue =
  (hint: string): KeywordReader =>
  (keyword) => {
    const { value } = keyword;
    if (value === true || (typeof value === "object" && value !== null && Object.keys(value).length === 0)) {
      return undefined;
    }
    throw unsupported(keyword, `${keyword.name} is not supported`, hint);
  };

export const generalKeywords: Readonly<Record<string, KeywordReader>> = {
  type,
  enum(keyword) {
    // One that is empty is allowed, if pointless.
    if (!Array.isArray(keyword.value)) throw invalid(keyword, "a list");
    return oneOfValues(keyword.value as readonly Json[], keyword);
  },
  const: (keyword) => oneOfValues([keyword.value], keyword),
  $ref: ref,
  allOf(keyword) {
    const literals = children(keyword);
    return { holds: every(keyword, literals), fails: some(keyword, literals.map(opposite)) };
  },
  anyOf(keyword) {
    const literals = children(keyword);
    return { holds: some(keyword, literals), fails: every(keyword, literals.map(opposite)) };
  },
  oneOf,
  not: (keyword) => isIt(keyword, negative(keyword.refiner.document.child(keyword.place, "not"))),
  if: ifThenElse,
  $dynamicRef: refuse("use $ref"),
  $recursiveRef: refuse("use $ref"),
  unevaluatedItems: unlessTrue("use items"),
  unevaluatedProperties: unlessTrue("use additionalProperties, with all properties beside it"),
};

/** Applies to what no condition may ask again of itself. */
export function endless(pointer: string): ConstraintError {
  const what = `${pointer || "the schema"} refers to itself without going into an item or property`;
  return new ConstraintError("ENDLESS_REFERENCE", `${what}: let the reference go through one`, pointer);
}
