import { type Keyword, type KeywordReader, countOf, invalid, listOf, none, unsupported } from "./keyword.ts";
import { negative, positive } from "./literals.ts";
import type { ArrayMember, ArrayShape, Contained, Shape } from "./shapes.ts";

function sized(shape: Shape, least: number, most: number): readonly ArrayShape[] {
  const array = shape as ArrayShape;
  const min = Math.max(array.min, least);
  const max = Math.min(array.max, most);
  return min <= max ? [{ ...array, min, max }] : [];
}

function withMember(shape: Shape, member: ArrayMember): readonly Shape[] {
  const array = shape as ArrayShape;
  return [{ ...array, members: [...array.members, member] }];
}

function withContained(shape: Shape, contained: Contained): readonly Shape[] {
  if (contained.min > contained.max) return [];
  return sized(shape, contained.from + contained.min, Infinity).map((array) => ({
    ...array,
    contains: [...array.contains, contained],
  }));
}

/** How many items `prefixItems` speaks of. */
const prefixLength = ({ schema }: Keyword) => (Array.isArray(schema.prefixItems) ? schema.prefixItems.length : 0);

const contains: KeywordReader = (keyword) => {
  const { place, refiner, name, schema, type } = keyword;
  const child = refiner.document.child(place, name);
  const bound = (of: string, otherwise: number) =>
    Object.hasOwn(schema, of) ? countOf({ ...keyword, name: of, value: schema[of] }) : otherwise;
  const min = bound("minContains", 1);
  const max = bound("maxContains", Infinity);
  if (type !== "array") return undefined;
  const literal = positive(child);
  return {
    holds: (shape) => (min === 0 && max === Infinity ? [shape] : withContained(shape, { literal, from: 0, min, max })),
    fails: (shape) => [
      ...(min > 0 ? withContained(shape, { literal, from: 0, min: 0, max: min - 1 }) : []),
      ...(max < Infinity ? withContained(shape, { literal, from: 0, min: max + 1, max: Infinity }) : []),
    ],
  };
};

export const arrayKeywords: Readonly<Record<string, KeywordReader>> = {
  minItems(keyword) {
    const least = countOf(keyword);
    if (keyword.type !== "array") return undefined;
    return { holds: (shape) => sized(shape, least, Infinity), fails: (shape) => sized(shape, 0, least - 1) };
  },
  maxItems(keyword) {
    const most = countOf(keyword);
    if (keyword.type !== "array") return undefined;
    return { holds: (shape) => sized(shape, 0, most), fails: (shape) => sized(shape, most + 1, Infinity) };
  },
  prefixItems(keyword) {
    const { refiner, place, name, type } = keyword;
    const children = listOf(keyword).map((_, i) => refiner.document.child(place, name, i));
    if (type !== "array") return undefined;
    return {
      holds: (shape) => withMember(shape, { prefix: children.map(positive), rest: undefined }),
      fails: (shape) =>
        children.flatMap((child, i) => {
          const prefix = [...Array.from({ length: i }, () => undefined), negative(child)];
          return sized(shape, i + 1, Infinity).flatMap((array) => withMember(array, { prefix, rest: undefined }));
        }),
    };
  },
  items(keyword) {
    const { refiner, place, name, type, value } = keyword;
    if (Array.isArray(value)) {
      throw unsupported(keyword, "a list is not draft 2020-12", "call it prefixItems, and additionalItems items");
    }
    const child = refiner.document.child(place, name);
    if (type !== "array") return undefined;
    const from = prefixLength(keyword);
    const prefix = Array.from({ length: from }, () => undefined);
    return {
      holds: (shape) => withMember(shape, { prefix, rest: positive(child) }),
      fails: (shape) => withContained(shape, { literal: negative(child), from, min: 1, max: Infinity }),
    };
  },
  contains,
  uniqueItems(keyword) {
    if (typeof keyword.value !== "boolean") throw invalid(keyword, "true or false");
    if (!keyword.value || keyword.type !== "array") return undefined;
    return {
      holds: (shape) => [{ ...(shape as ArrayShape), unique: true }],
      fails(shape) {
        if ((shape as ArrayShape).max < 2) return none();
        throw unsupported(keyword, "uniqueItems can't be negated", "take it out of not, oneOf or if");
      },
    };
  },
};
