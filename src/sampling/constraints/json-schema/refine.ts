import { ConstraintError } from "../../../errors.ts";
import { automatonOf } from "../expressions/automaton.ts";
import { anything } from "../expressions/expression.ts";
import { arrayKeywords } from "./array-keywords.ts";
import type { SchemaDocument, SchemaPlace } from "./document.ts";
import { fits } from "./fits.ts";
import { endless, generalKeywords } from "./general-keywords.ts";
import { type Json, type Type, sameKey, typeOf, types } from "./json.ts";
import type { Condition, KeywordReader, Refiner } from "./keyword.ts";
import { type Literal, type LiteralSet, isFalse, isTrue, literalSet } from "./literals.ts";
import { itemSet, propertyLiterals } from "./members.ts";
import { numberKeywords } from "./number-keywords.ts";
import { numberTerminal } from "./number-terminal.ts";
import { objectKeywords } from "./object-keywords.ts";
import type { Shape } from "./shapes.ts";
import { stringKeywords } from "./string-keywords.ts";
import { anyString, stringsOfShape } from "./string-set.ts";

const readers: Readonly<Record<string, KeywordReader>> = {
  ...generalKeywords,
  ...numberKeywords,
  ...stringKeywords,
  ...arrayKeywords,
  ...objectKeywords,
};

/** Schemas that fall into more alternatives than this are refused. */
const mostShapes = 300;

/** Every value of a type. */
const everything: Readonly<Record<Type, Shape>> = {
  null: { type: "null", values: [null] },
  boolean: { type: "boolean", values: [true, false] },
  number: { type: "number", min: -Infinity, max: Infinity, integer: false, multiples: [], notMultiples: [] },
  string: anyString,
  array: { type: "array", min: 0, max: Infinity, members: [], contains: [], unique: false },
  object: { type: "object", min: 0, max: Infinity, members: [], required: [], names: [], some: [] },
};

/** Turns schemas into shapes: what values of each type look like, as alternatives without `anyOf`, `not` and the like. */
export class SchemaRefiner implements Refiner {
  readonly document: SchemaDocument;
  readonly formats: boolean;
  private readonly conditions = new Map<string, readonly Condition[]>();
  /** What is being refined; a schema that asks for itself again would never be done. */
  private active = new Set<string>();
  private readonly looking = new Set<string>();
  private readonly shapeLists = new Map<string, readonly Shape[]>();

  constructor(document: SchemaDocument, formats: boolean) {
    this.document = document;
    this.formats = formats;
  }

  /** All shapes of one type that fulfil the set, none of them known to be empty. */
  shapesOf(set: LiteralSet, type: Type): readonly Shape[] {
    const key = `${type} ${set.key}`;
    let shapes = this.shapeLists.get(key);
    if (shapes === undefined) {
      const start: readonly Shape[] = set.impossible ? [] : [everything[type]];
      shapes = this.anew(() => set.literals.reduce((found, literal) => this.refine(found, literal), start))
        .flatMap((shape) => this.listed(shape))
        .filter((shape) => !this.isEmpty(shape));
      this.shapeLists.set(key, shapes);
    }
    return shapes;
  }

  /** For another value than the one whose shapes are being refined: an item, a property, a key. */
  anew<Result>(what: () => Result): Result {
    const { active } = this;
    this.active = new Set();
    try {
      return what();
    } finally {
      this.active = active;
    }
  }

  /** Where a shape lists its values: those that it allows. */
  private listed(shape: Shape): readonly Shape[] {
    if (shape.values === undefined) return [shape];
    const values = shape.values.filter((value) => fits(shape, value, (set, item) => this.judge(set, item)));
    return values.length === 0 ? [] : [{ ...everything[shape.type], values }];
  }

  /** Whether a value fulfils schemas. */
  judge(set: LiteralSet, value: Json): boolean {
    return this.shapesOf(set, typeOf(value)).some((shape) =>
      shape.values === undefined
        ? fits(shape, value, (child, item) => this.judge(child, item))
        : shape.values.some((one) => sameKey(one) === sameKey(value)),
    );
  }

  refine(shapes: readonly Shape[], literal: Literal): readonly Shape[] {
    if (shapes.length === 0 || isFalse(literal)) return [];
    if (isTrue(literal)) return shapes;
    const { place, negated } = literal;
    const { type } = shapes[0];
    const key = `${negated ? "-" : "+"}${place.id}${type}`;
    if (this.active.has(key)) throw endless(place.pointer);
    this.active.add(key);
    try {
      const conditions = this.conditionsOf(place, type);
      if (negated)
        return this.distinct(
          conditions.flatMap(({ fails }) => shapes.flatMap(fails)),
          place,
        );
      return conditions.reduce((left, { holds }) => this.distinct(left.flatMap(holds), place), shapes);
    } finally {
      this.active.delete(key);
    }
  }

  private conditionsOf(place: SchemaPlace, type: Type): readonly Condition[] {
    const key = `${place.id}${type}`;
    let conditions = this.conditions.get(key);
    if (conditions === undefined) {
      const schema = place.schema as Exclude<SchemaPlace["schema"], boolean>;
      conditions = Object.keys(schema).flatMap((name) => {
        if (!Object.hasOwn(readers, name)) return [];
        const condition = readers[name]({ name, value: schema[name], schema, place, refiner: this, type });
        return condition === undefined ? [] : [condition];
      });
      this.conditions.set(key, conditions);
    }
    return conditions;
  }

  private distinct(shapes: readonly Shape[], place: SchemaPlace): readonly Shape[] {
    if (shapes.length < 2) return shapes;
    const byKey = new Map<string, Shape>();
    for (const shape of shapes) if (!this.isImpossible(shape)) byKey.set(keyOf(shape), shape);
    if (byKey.size <= mostShapes) return [...byKey.values()];
    const what = `${place.pointer || "the schema"} falls into more than ${mostShapes} cases`;
    throw new ConstraintError("TOO_COMPLEX", `${what}: use fewer of not, oneOf and anyOf together`, place.pointer);
  }

  /** What can be seen at once. */
  private isImpossible(shape: Shape): boolean {
    if (shape.type !== "object" || shape.values !== undefined) return false;
    return shape.required.some((name) => {
      const literals = propertyLiterals(shape, name);
      return literals === undefined || literalSet(literals).impossible;
    });
  }

  isEmpty(shape: Shape, depth = 3): boolean {
    if (shape.values !== undefined) return this.listed(shape).length === 0;
    switch (shape.type) {
      case "number":
        return numberTerminal({ ...shape, canonical: false }) === undefined;
      case "string":
        return shape.expression !== anything && automatonOf(stringsOfShape(shape)) === undefined;
      case "array":
        return (
          depth > 0 &&
          Array.from({ length: Math.min(shape.min, 20) }, (_, i) => itemSet(shape, i)).some((set) =>
            this.isUnfillable(set, depth - 1),
          )
        );
      case "object":
        return (
          shape.required.length > shape.max ||
          (depth > 0 &&
            shape.required.some((name) => {
              const literals = propertyLiterals(shape, name);
              return literals === undefined || this.isUnfillable(literalSet(literals), depth - 1);
            }))
        );
      default:
        return false;
    }
  }

  private isUnfillable(set: LiteralSet, depth: number): boolean {
    if (set.impossible) return true;
    if (set.literals.length < 2) return false; // A schema alone is rarely empty, and looking is costly.
    if (this.looking.has(set.key)) return false;
    this.looking.add(set.key);
    try {
      return types.every((type) => {
        const known = this.shapeLists.get(`${type} ${set.key}`);
        if (known !== undefined) return known.length === 0;
        const start: readonly Shape[] = [everything[type]];
        const shapes = this.anew(() => set.literals.reduce((found, literal) => this.refine(found, literal), start));
        return shapes.every((shape) => this.isEmpty(shape, depth));
      });
    } finally {
      this.looking.delete(set.key);
    }
  }
}

/** Equal for shapes that are written alike. */
function keyOf(shape: Shape): string {
  return JSON.stringify(shape, (name, value: unknown) => {
    if (name === "expression" || name === "keys" || name === "names") return idsOf(value);
    if (name === "place") return (value as SchemaPlace).id;
    if (value instanceof Map) return [...(value as Map<string, unknown>)].map(([key, one]) => [key, one ?? null]);
    return value === Infinity ? "inf" : value === -Infinity ? "-inf" : value;
  });
}

function idsOf(value: unknown): unknown {
  return Array.isArray(value) ? value.map(idsOf) : (value as { readonly id: number }).id;
}
