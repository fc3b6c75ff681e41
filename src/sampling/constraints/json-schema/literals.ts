import type { SchemaPlace } from "./document.ts";

/** A schema that must hold, or must not. */
export interface Literal {
  readonly place: SchemaPlace;
  readonly negated: boolean;
}

/** Schemas that must hold at once. Equal sets have equal keys. */
export interface LiteralSet {
  readonly key: string;
  readonly literals: readonly Literal[];
  /** Whether nothing can hold to it: a schema and its opposite, or `false`. */
  readonly impossible: boolean;
}

export function isTrue({ place: { schema }, negated }: Literal): boolean {
  return schema === !negated || (!negated && isEmptySchema(schema));
}

export function isFalse({ place: { schema }, negated }: Literal): boolean {
  return schema === negated || (negated && isEmptySchema(schema));
}

function isEmptySchema(schema: SchemaPlace["schema"]): boolean {
  return typeof schema === "object" && Object.keys(schema).length === 0;
}

export function opposite({ place, negated }: Literal): Literal {
  return { place, negated: !negated };
}

export const positive = (place: SchemaPlace): Literal => ({ place, negated: false });
export const negative = (place: SchemaPlace): Literal => ({ place, negated: true });

/** All of them at once. */
export function literalSet(literals: Iterable<Literal>): LiteralSet {
  const byKey = new Map<string, Literal>();
  let impossible = false;
  for (const literal of literals) {
    if (isTrue(literal)) continue;
    if (isFalse(literal)) impossible = true;
    byKey.set(keyOf(literal), literal);
    if (byKey.has(keyOf(opposite(literal)))) impossible = true;
  }
  const key = impossible ? "false" : [...byKey.keys()].sort().join();
  return { key, literals: [...byKey.values()], impossible };
}

function keyOf({ place, negated }: Literal): string {
  return (negated ? "-" : "+") + String(place.id);
}
