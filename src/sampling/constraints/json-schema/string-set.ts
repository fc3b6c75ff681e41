import { type Expression, anyCharacter, anything, both, choice, literal, repeat } from "../expressions/expression.ts";
import type { SchemaPlace } from "./document.ts";
import type { Refiner } from "./keyword.ts";
import { positive } from "./literals.ts";
import type { StringShape } from "./shapes.ts";

export const anyString: StringShape = { type: "string", min: 0, max: Infinity, expression: anything };

/** The strings of a shape. */
export function stringsOfShape({ values, expression, min, max }: StringShape): Expression {
  const sized = both([expression, repeat(anyCharacter, min, max)]);
  return values === undefined ? sized : both([choice(values.map((value) => literal(value as string))), sized]);
}

/** The strings that a schema allows. */
export function stringsOf(refiner: Refiner, place: SchemaPlace): Expression {
  const shapes = refiner.anew(() => refiner.refine([anyString], positive(place)));
  return choice(shapes.map((shape) => stringsOfShape(shape as StringShape)));
}
