/** What members of array and object shapes say about one item, or the property of one key. */
import { matches } from "../expressions/derivative.ts";
import type { Literal, LiteralSet } from "./literals.ts";
import { literalSet } from "./literals.ts";
import type { ArrayShape, ObjectShape, SomeProperty } from "./shapes.ts";

/** Items from this one on are alike. */
export function prefixOf({ members }: ArrayShape): number {
  return members.reduce((longest, { prefix }) => Math.max(longest, prefix.length), 0);
}

/** What the item must fulfil, with more literals. */
export function itemSet({ members }: ArrayShape, index: number, more: readonly Literal[] = []): LiteralSet {
  const own = members.map(({ prefix, rest }) => (index < prefix.length ? prefix[index] : rest));
  return literalSet([...own.filter((literal) => literal !== undefined), ...more]);
}

/** Keys that the shape names, in an order that agrees with that of each member. */
export function namesOfShape({ members, required }: ObjectShape): string[] {
  return [...new Set([...members.flatMap(({ properties }) => [...properties.keys()]), ...required])];
}

/** What the value of a key must fulfil; undefined where the key may not be there. */
export function propertyLiterals({ members, names }: ObjectShape, key: string): Literal[] | undefined {
  if (!names.every((expression) => matches(expression, key))) return undefined;
  const literals: (Literal | undefined)[] = [];
  for (const { properties, patterns, additional } of members) {
    const matching = patterns.filter(({ expression }) => matches(expression, key));
    const isNamed = properties.has(key);
    if (isNamed) literals.push(properties.get(key));
    literals.push(...matching.map(({ literal }) => literal));
    if (!isNamed && matching.length === 0) literals.push(additional);
  }
  return literals.filter((literal) => literal !== undefined);
}

export function isOfKind({ keys }: SomeProperty, key: string): boolean {
  return matches(keys, key);
}
