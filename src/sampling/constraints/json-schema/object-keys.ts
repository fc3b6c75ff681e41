import { ConstraintError } from "../../../errors.ts";
import type { Terminal } from "../engine/terminal.ts";
import { type Expression, both, choice, literal, not, nothing } from "../expressions/expression.ts";
import { stringTerminal } from "../terminals.ts";
import { type Literal, literalSet } from "./literals.ts";
import { isOfKind, namesOfShape, propertyLiterals } from "./members.ts";
import type { ObjectShape } from "./shapes.ts";

/** A key that the schema names. */
export interface NamedKey {
  readonly name: string;
  readonly required: boolean;
  /** Undefined where the key may not be there. */
  readonly literals: readonly Literal[] | undefined;
  /** Which of `some` it can fulfil. */
  readonly kinds: readonly number[];
  /** Keys, by place, that can't come after this one. */
  readonly before: readonly number[];
}

/** Keys that the schema does not name, alike in what their values must fulfil. */
export interface KeyClass {
  readonly terminal: Terminal;
  readonly literals: readonly Literal[];
  readonly kinds: readonly number[];
}

export function namedKeys(shape: ObjectShape): NamedKey[] {
  const names = namesOfShape(shape);
  const order = orderOf(shape, names);
  return names.map((name, i) => ({
    name,
    required: shape.required.includes(name),
    literals: propertyLiterals(shape, name),
    kinds: shape.some.flatMap((one, kind) => (isOfKind(one, name) ? [kind] : [])),
    before: order[i],
  }));
}

/** For each name those that come before it in any member; where members disagree, the first counts. */
function orderOf({ members }: ObjectShape, names: readonly string[]): number[][] {
  const place = new Map(names.map((name, i) => [name, i]));
  const before = names.map(() => new Set<number>());
  for (const { properties, ordered } of members) {
    if (!ordered) continue;
    const own = [...properties.keys()].map((name) => place.get(name)!);
    own.forEach((later, i) => {
      for (const earlier of own.slice(0, i)) if (!before[earlier].has(later)) before[later].add(earlier);
    });
  }
  return before.map((set) => [...set]);
}

/** Schemas with more patterns for keys that overlap are refused. */
const mostClasses = 64;

/**
 * All other keys that may be there, by which patterns they match.
 * @param extra whether keys may be there that the schema does not speak of
 */
export function keyClasses(shape: ObjectShape, extra: boolean): KeyClass[] {
  const isClosed = !extra && !speaksOfOthers(shape);
  const named = choice(namesOfShape(shape).map(literal));
  const kinds = shape.some.map(({ keys }) => keys);
  const patterns = shape.members.flatMap((member) => member.patterns.map(({ expression }) => expression));
  const predicates = [...new Set([...patterns, ...kinds])];
  let parts: { readonly keys: Expression; readonly holds: ReadonlySet<Expression> }[] = [
    { keys: both([...shape.names, not(named)]), holds: new Set() },
  ];
  for (const predicate of predicates) {
    parts = parts.flatMap(({ keys, holds }) => {
      const inside = { keys: both([keys, predicate]), holds: new Set([...holds, predicate]) };
      const outside = { keys: both([keys, not(predicate)]), holds };
      return [inside, outside].filter((part) => part.keys !== nothing);
    });
    if (parts.length > mostClasses) {
      throw new ConstraintError("TOO_COMPLEX", "too many patternProperties hold of one object: use fewer");
    }
  }
  return parts.flatMap(({ keys, holds }) => {
    if (isClosed && holds.size === 0) return [];
    const literals = literalsOf(shape, holds);
    const terminal = literalSet(literals).impossible ? undefined : stringTerminal(keys);
    return terminal === undefined
      ? []
      : [{ terminal, literals, kinds: kinds.flatMap((kind, i) => (holds.has(kind) ? [i] : [])) }];
  });
}

/** Whether the schema says anything of keys that it does not name, or needs them. */
function speaksOfOthers(shape: ObjectShape): boolean {
  const { members, names, min } = shape;
  const usable = namesOfShape(shape).filter((name) => {
    const literals = propertyLiterals(shape, name);
    return literals !== undefined && !literalSet(literals).impossible;
  });
  return (
    usable.length <= Math.max(min - 1, 0) ||
    names.length > 0 ||
    members.some(({ additional }) => additional !== undefined)
  );
}

function literalsOf({ members }: ObjectShape, holds: ReadonlySet<Expression>): Literal[] {
  return members
    .flatMap(({ patterns, additional }) => {
      const matching = patterns.filter(({ expression }) => holds.has(expression));
      return matching.length === 0 ? [additional] : matching.map(({ literal: one }) => one);
    })
    .filter((one) => one !== undefined);
}
