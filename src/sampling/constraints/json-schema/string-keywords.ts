import { type Expression, both, not } from "../expressions/expression.ts";
import { readRegex } from "../read-regex.ts";
import { formatOf } from "./formats.ts";
import { below } from "./json.ts";
import { type Keyword, type KeywordReader, countOf, textOf, unsupported } from "./keyword.ts";
import type { Shape, StringShape } from "./shapes.ts";

function longer(shape: Shape, least: number, most: number): readonly Shape[] {
  const string = shape as StringShape;
  const min = Math.max(string.min, least);
  const max = Math.min(string.max, most);
  return min <= max ? [{ ...string, min, max }] : [];
}

export function within(shape: Shape, expression: Expression): readonly Shape[] {
  const string = shape as StringShape;
  return [{ ...string, expression: both([string.expression, expression]) }];
}

/** The strings that a pattern of a schema matches. @throws ConstraintError `INVALID_REGEX`, `UNSUPPORTED_REGEX` */
export function patternOf(source: string, pointer: string): Expression {
  return readRegex(source, "search", pointer);
}

const format: KeywordReader = (keyword: Keyword) => {
  const name = textOf(keyword);
  if (keyword.type !== "string" || !keyword.refiner.formats) return undefined;
  const known = formatOf(name);
  if (known === undefined) return undefined;
  if (known === "unsupported") {
    throw unsupported(keyword, `format "${name}" is not supported`, "leave it out, or use a pattern");
  }
  return {
    holds: (shape) => within(shape, known.surely),
    fails: (shape) => within(shape, not(known.possibly)),
  };
};

export const stringKeywords: Readonly<Record<string, KeywordReader>> = {
  minLength(keyword) {
    const least = countOf(keyword);
    if (keyword.type !== "string") return undefined;
    return { holds: (shape) => longer(shape, least, Infinity), fails: (shape) => longer(shape, 0, least - 1) };
  },
  maxLength(keyword) {
    const most = countOf(keyword);
    if (keyword.type !== "string") return undefined;
    return { holds: (shape) => longer(shape, 0, most), fails: (shape) => longer(shape, most + 1, Infinity) };
  },
  pattern(keyword) {
    const expression = patternOf(textOf(keyword), below(keyword.place.pointer, keyword.name));
    if (keyword.type !== "string") return undefined;
    return { holds: (shape) => within(shape, expression), fails: (shape) => within(shape, not(expression)) };
  },
  format,
};
