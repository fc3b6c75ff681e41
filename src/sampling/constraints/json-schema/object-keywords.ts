import { choice, literal, not } from "../expressions/expression.ts";
import { below } from "./json.ts";
import { type Condition, type Keyword, type KeywordReader, countOf, namesOf, objectOf } from "./keyword.ts";
import { type Literal, negative, positive } from "./literals.ts";
import type { ObjectMember, ObjectShape, Shape, SomeProperty } from "./shapes.ts";
import { patternOf } from "./string-keywords.ts";
import { stringsOf } from "./string-set.ts";

function sized(shape: Shape, least: number, most: number): readonly ObjectShape[] {
  const object = shape as ObjectShape;
  const min = Math.max(object.min, least);
  const max = Math.min(object.max, most);
  return min <= max ? [{ ...object, min, max }] : [];
}

function withMember(shape: Shape, part: Partial<ObjectMember>): readonly ObjectShape[] {
  const object = shape as ObjectShape;
  const member: ObjectMember = { properties: new Map(), patterns: [], additional: undefined, ordered: false, ...part };
  return [{ ...object, members: [...object.members, member] }];
}

function withRequired(shape: Shape, names: readonly string[]): readonly ObjectShape[] {
  const object = shape as ObjectShape;
  return [{ ...object, required: [...new Set([...object.required, ...names])] }];
}

function withSome(shape: Shape, some: SomeProperty): readonly ObjectShape[] {
  return sized(shape, 1, Infinity).map((object) => ({ ...object, some: [...object.some, some] }));
}

function without(shape: Shape, name: string, { refiner, place }: Keyword): readonly ObjectShape[] {
  if ((shape as ObjectShape).required.includes(name)) return [];
  return withMember(shape, { properties: new Map([[name, positive(refiner.document.made(false, place))]]) });
}

function valueOf(shape: Shape, name: string, is: Literal): readonly ObjectShape[] {
  return withRequired(shape, [name]).flatMap((object) => withMember(object, { properties: new Map([[name, is]]) }));
}

function patternsOf({ schema, place }: Keyword) {
  const patterns = schema.patternProperties;
  if (typeof patterns !== "object" || patterns === null) return [];
  const pointer = below(place.pointer, "patternProperties");
  return Object.keys(patterns).map((source) => ({ source, expression: patternOf(source, below(pointer, source)) }));
}

const namesUnder = ({ schema }: Keyword, name: string): string[] => {
  const value = schema[name];
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
};

/** One condition for each entry: where the key is there, `then` holds too. */
function dependent(keyword: Keyword, key: string, then: Condition): Condition {
  return {
    holds: (shape) => [...without(shape, key, keyword), ...withRequired(shape, [key]).flatMap(then.holds)],
    fails: (shape) => withRequired(shape, [key]).flatMap(then.fails),
  };
}

function every(conditions: readonly Condition[]): Condition {
  return {
    holds: (shape) => conditions.reduce<readonly Shape[]>((shapes, one) => shapes.flatMap(one.holds), [shape]),
    fails: (shape) => conditions.flatMap((one) => one.fails(shape)),
  };
}

function needed(keyword: Keyword, names: readonly string[]): Condition {
  return {
    holds: (shape) => withRequired(shape, names),
    fails: (shape) => names.flatMap((name) => without(shape, name, keyword)),
  };
}

function schemaOf(keyword: Keyword, key: string): Condition {
  const { refiner, place, name } = keyword;
  const child = refiner.document.child(place, name, key);
  return {
    holds: (shape) => refiner.refine([shape], positive(child)),
    fails: (shape) => refiner.refine([shape], negative(child)),
  };
}

export const objectKeywords: Readonly<Record<string, KeywordReader>> = {
  minProperties(keyword) {
    const least = countOf(keyword);
    if (keyword.type !== "object") return undefined;
    return { holds: (shape) => sized(shape, least, Infinity), fails: (shape) => sized(shape, 0, least - 1) };
  },
  maxProperties(keyword) {
    const most = countOf(keyword);
    if (keyword.type !== "object") return undefined;
    return { holds: (shape) => sized(shape, 0, most), fails: (shape) => sized(shape, most + 1, Infinity) };
  },
  required(keyword) {
    const names = namesOf(keyword);
    return keyword.type === "object" ? needed(keyword, names) : undefined;
  },
  properties(keyword) {
    const { refiner, place, name, type } = keyword;
    const children = Object.keys(objectOf(keyword)).map(
      (key) => [key, refiner.document.child(place, name, key)] as const,
    );
    if (type !== "object") return undefined;
    const properties = new Map(children.map(([key, child]) => [key, positive(child)]));
    return {
      holds: (shape) => withMember(shape, { properties, ordered: true }),
      fails: (shape) => children.flatMap(([key, child]) => valueOf(shape, key, negative(child))),
    };
  },
  patternProperties(keyword) {
    const { refiner, place, name, type } = keyword;
    objectOf(keyword);
    const patterns = patternsOf(keyword).map(({ source, expression }) => {
      return { expression, child: refiner.document.child(place, name, source) };
    });
    if (type !== "object") return undefined;
    const members = patterns.map(({ expression, child }) => ({ expression, literal: positive(child) }));
    return {
      holds: (shape) => withMember(shape, { patterns: members }),
      fails: (shape) =>
        patterns.flatMap(({ expression, child }) => withSome(shape, { keys: expression, literal: negative(child) })),
    };
  },
  additionalProperties(keyword) {
    const { refiner, place, name, type } = keyword;
    const child = refiner.document.child(place, name);
    if (type !== "object") return undefined;
    const names = namesUnder(keyword, "properties");
    const patterns = patternsOf(keyword).map(({ expression }) => ({ expression, literal: undefined }));
    const properties = new Map(names.map((key) => [key, undefined]));
    const keys = not(choice([...names.map(literal), ...patterns.map(({ expression }) => expression)]));
    return {
      holds: (shape) => withMember(shape, { properties, patterns, additional: positive(child) }),
      fails: (shape) => withSome(shape, { keys, literal: negative(child) }),
    };
  },
  propertyNames(keyword) {
    const { refiner, place, name, type } = keyword;
    const child = refiner.document.child(place, name);
    if (type !== "object") return undefined;
    const names = stringsOf(refiner, child);
    return {
      holds(shape) {
        const object = shape as ObjectShape;
        return [{ ...object, names: [...object.names, names] }];
      },
      fails: (shape) => withSome(shape, { keys: not(names), literal: undefined }),
    };
  },
  dependentRequired(keyword) {
    const entries = Object.entries(objectOf(keyword)).map(([key, value]) => [key, namesOf(keyword, value)] as const);
    if (keyword.type !== "object") return undefined;
    return every(entries.map(([key, names]) => dependent(keyword, key, needed(keyword, names))));
  },
  dependentSchemas(keyword) {
    const keys = Object.keys(objectOf(keyword));
    const children = keys.map((key) => dependent(keyword, key, schemaOf(keyword, key)));
    return keyword.type === "object" ? every(children) : undefined;
  },
  /** Of earlier drafts: lists as in `dependentRequired`, schemas as in `dependentSchemas`. */
  dependencies(keyword) {
    const entries = Object.entries(objectOf(keyword)).map(([key, value]) =>
      dependent(keyword, key, Array.isArray(value) ? needed(keyword, namesOf(keyword, value)) : schemaOf(keyword, key)),
    );
    return keyword.type === "object" ? every(entries) : undefined;
  },
};
