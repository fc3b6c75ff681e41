import { matches } from "../expressions/derivative.ts";
import { isMultiple } from "./decimal.ts";
import { type Json, type JsonObject, sameKey } from "./json.ts";
import type { LiteralSet } from "./literals.ts";
import { literalSet } from "./literals.ts";
import { isOfKind, itemSet, propertyLiterals } from "./members.ts";
import type { Divisor } from "./remainder.ts";
import type { ArrayShape, NumberShape, ObjectShape, Shape, StringShape } from "./shapes.ts";

/** Whether a value fulfils schemas. */
export type Judge = (set: LiteralSet, value: Json) => boolean;

/** Whether a value of the shape's type has all that the shape asks for, its list of values aside. */
export function fits(shape: Shape, value: Json, judge: Judge): boolean {
  switch (shape.type) {
    case "number":
      return numberFits(shape, value as number);
    case "string":
      return stringFits(shape, value as string);
    case "array":
      return arrayFits(shape, value as readonly Json[], judge);
    case "object":
      return objectFits(shape, value as JsonObject, judge);
    default:
      return true;
  }
}

function numberFits({ min, max, integer, multiples, notMultiples }: NumberShape, value: number): boolean {
  const divides = ({ numerator, places }: Divisor) => isMultiple(value, numerator / 10 ** places);
  if (value < min || value > max || (integer && !Number.isInteger(value))) return false;
  return multiples.every(divides) && !notMultiples.some(divides);
}

function stringFits({ min, max, expression }: StringShape, value: string): boolean {
  const length = Array.from(value).length;
  return length >= min && length <= max && matches(expression, value);
}

function arrayFits(shape: ArrayShape, value: readonly Json[], judge: Judge): boolean {
  const { min, max, contains, unique } = shape;
  if (value.length < min || value.length > max) return false;
  if (unique && new Set(value.map(sameKey)).size < value.length) return false;
  if (!value.every((item, i) => judge(itemSet(shape, i), item))) return false;
  return contains.every(({ literal, from, min: least, max: most }) => {
    const count = value.slice(from).filter((item) => judge(literalSet([literal]), item)).length;
    return count >= least && count <= most;
  });
}

function objectFits(shape: ObjectShape, value: JsonObject, judge: Judge): boolean {
  const { min, max, required, some } = shape;
  const keys = Object.keys(value);
  if (keys.length < min || keys.length > max || !required.every((name) => keys.includes(name))) return false;
  const holds = keys.every((key) => {
    const literals = propertyLiterals(shape, key);
    return literals !== undefined && judge(literalSet(literals), value[key]);
  });
  return (
    holds &&
    some.every((one) =>
      keys.some(
        (key) => isOfKind(one, key) && judge(literalSet(one.literal === undefined ? [] : [one.literal]), value[key]),
      ),
    )
  );
}
