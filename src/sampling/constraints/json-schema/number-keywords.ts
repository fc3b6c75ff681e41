import { nextUp } from "./decimal.ts";
import { type Condition, type KeywordReader, invalid, none, numberOf } from "./keyword.ts";
import { below } from "./json.ts";
import { divisorOf } from "./remainder.ts";
import type { NumberShape, Shape } from "./shapes.ts";

const nextDown = (value: number) => -nextUp(-value);

function atLeast(min: number): (shape: Shape) => readonly Shape[] {
  return (shape) => between(shape as NumberShape, min, Infinity);
}

function atMost(max: number): (shape: Shape) => readonly Shape[] {
  return (shape) => between(shape as NumberShape, -Infinity, max);
}

export function between(shape: NumberShape, least: number, most: number): readonly NumberShape[] {
  const min = Math.max(shape.min, least);
  const max = Math.min(shape.max, most);
  return min <= max && min < Infinity && max > -Infinity ? [{ ...shape, min, max }] : [];
}

/** The numbers that are another. */
export function otherThan(shape: NumberShape, value: number): readonly NumberShape[] {
  if (shape.integer) {
    const [below, above] = [Math.ceil(value) - 1, Math.floor(value) + 1];
    if (Number.isSafeInteger(below) && Number.isSafeInteger(above)) {
      return [...between(shape, -Infinity, below), ...between(shape, above, Infinity)];
    }
  }
  return [...between(shape, -Infinity, nextDown(value)), ...between(shape, nextUp(value), Infinity)];
}

function bound(limits: (value: number) => Condition): KeywordReader {
  return (keyword) => (keyword.type === "number" ? limits(numberOf(keyword)) : undefined);
}

/** Integers are numbers without remainder; of these the divisor can be simpler. */
const multipleOf: KeywordReader = (keyword) => {
  const value = numberOf(keyword);
  if (value <= 0) throw invalid(keyword, "a number above 0");
  if (keyword.type !== "number") return undefined;
  const pointer = below(keyword.place.pointer, keyword.name);
  const isWhole = Number.isInteger(1 / value);
  const read = () => divisorOf(value, pointer);
  return {
    holds(shape) {
      const number = shape as NumberShape;
      return number.integer && isWhole ? [shape] : [{ ...number, multiples: [...number.multiples, read()] }];
    },
    fails(shape) {
      const number = shape as NumberShape;
      return number.integer && isWhole ? none() : [{ ...number, notMultiples: [...number.notMultiples, read()] }];
    },
  };
};

export const numberKeywords: Readonly<Record<string, KeywordReader>> = {
  minimum: bound((value) => ({ holds: atLeast(value), fails: atMost(nextDown(value)) })),
  maximum: bound((value) => ({ holds: atMost(value), fails: atLeast(nextUp(value)) })),
  exclusiveMinimum: bound((value) => ({ holds: atLeast(nextUp(value)), fails: atMost(value) })),
  exclusiveMaximum: bound((value) => ({ holds: atMost(nextDown(value)), fails: atLeast(value) })),
  multipleOf,
};
