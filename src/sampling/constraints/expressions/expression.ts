/**
 * Regular languages as expressions with intersection and complement, each made once: equal expressions are the same
 * object, so that derivatives of one (see `derivative.ts`) are few. After S. Owens, J. Reppy, A. Turon, "Regular-expression
 * derivatives re-examined" (2009).
 */
import { type CodePointRanges, everyCodePoint, union } from "./code-points.ts";

export interface Expression {
  readonly id: number;
  readonly kind: "set" | "empty" | "sequence" | "choice" | "both" | "not" | "repeat";
  /** Whether the empty text belongs to it. */
  readonly nullable: boolean;
  /** `set`: one character of these; none: no text at all. */
  readonly set: CodePointRanges;
  /** What it is made of: of a sequence two, of a choice or an intersection two or more. */
  readonly items: readonly Expression[];
  /** `repeat`: how often. */
  readonly min: number;
  readonly max: number;
  /** Derivatives found so far, by code point. */
  readonly derivatives: Map<number, Expression>;
}

const made = new Map<string, Expression>();
let count = 0;

/** More expressions than this, and those that nothing holds are forgotten. */
const mostKept = 200_000;

function make(kind: Expression["kind"], key: string, parts: Partial<Expression>): Expression {
  const name = kind + key;
  const known = made.get(name);
  if (known !== undefined) return known;
  const expression: Expression = {
    id: count++,
    kind,
    nullable: false,
    set: [],
    items: [],
    min: 1,
    max: 1,
    derivatives: new Map(),
    ...parts,
  };
  if (made.size > mostKept) forget();
  made.set(name, expression);
  return expression;
}

/** Forgets all but the first few, which are compared with by identity. */
function forget(): void {
  const kept = [...made].slice(0, 4);
  made.clear();
  for (const [name, expression] of kept) made.set(name, expression);
}

/** One character of a set. */
export function characters(set: CodePointRanges): Expression {
  return make("set", set.join(), { set });
}

/** No text. */
export const nothing = characters([]);
/** The empty text. */
export const empty = make("empty", "", { nullable: true });
export const anyCharacter = characters(everyCodePoint);
/** Every text. */
export const anything = make("repeat", "anything", { items: [anyCharacter], min: 0, max: Infinity, nullable: true });

/** A text, character by character. */
export function literal(text: string): Expression {
  return sequence(Array.from(text, (character) => characters([character.codePointAt(0)!, character.codePointAt(0)!])));
}

export function sequence(items: readonly Expression[]): Expression {
  return items.reduceRight((rest, first) => pair(first, rest), empty);
}

function pair(first: Expression, rest: Expression): Expression {
  if (first === nothing || rest === nothing) return nothing;
  if (first === empty) return rest;
  if (rest === empty) return first;
  if (first.kind === "sequence") return pair(first.items[0], pair(first.items[1], rest));
  if (first === anything && rest === anything) return anything;
  const items = [first, rest];
  return make("sequence", ids(items), { items, nullable: first.nullable && rest.nullable });
}

export function choice(options: readonly Expression[]): Expression {
  const items = new Set<Expression>();
  const sets: CodePointRanges[] = [];
  for (const option of options.flatMap((one) => (one.kind === "choice" ? one.items : [one]))) {
    if (option === anything) return anything;
    if (option.kind === "set") sets.push(option.set);
    else items.add(option);
  }
  const set = union(sets.flat());
  if (set.length > 0) items.add(characters(set));
  if (items.has(empty) && [...items].some((item) => item !== empty && item.nullable)) items.delete(empty);
  return combine("choice", items, nothing);
}

/** What belongs to every one of them. */
export function both(of: readonly Expression[]): Expression {
  const items = new Set<Expression>();
  for (const item of of.flatMap((one) => (one.kind === "both" ? one.items : [one]))) {
    if (item === nothing) return nothing;
    if (item !== anything) items.add(item);
  }
  if (items.has(empty)) return [...items].every((item) => item.nullable) ? empty : nothing;
  return combine("both", items, anything);
}

function combine(kind: "choice" | "both", set: Set<Expression>, neutral: Expression): Expression {
  const items = [...set].sort((a, b) => a.id - b.id);
  if (items.length === 0) return neutral;
  if (items.length === 1) return items[0];
  const nullable = kind === "choice" ? items.some((item) => item.nullable) : items.every((item) => item.nullable);
  return make(kind, ids(items), { items, nullable });
}

/** Every text that does not belong to it. */
export function not(item: Expression): Expression {
  if (item === nothing) return anything;
  if (item === anything) return nothing;
  if (item.kind === "not") return item.items[0];
  return make("not", ids([item]), { items: [item], nullable: !item.nullable });
}

/** From `min` to `max` times, one after the other. */
export function repeat(item: Expression, min: number, max = Infinity): Expression {
  if (max < min) return nothing;
  if (max === 0 || item === empty) return empty;
  if (item === nothing) return min === 0 ? empty : nothing;
  if (min === 1 && max === 1) return item;
  if (item === anyCharacter && min === 0 && max === Infinity) return anything;
  if (item.kind === "repeat" && item.min <= 1 && item.max === Infinity && (min <= 1 || item.min === 0)) {
    return repeat(item.items[0], item.min * Math.min(min, 1), Infinity);
  }
  const least = item.nullable ? 0 : min;
  return make("repeat", `${least},${max},${ids([item])}`, { items: [item], min: least, max, nullable: least === 0 });
}

function ids(items: readonly Expression[]): string {
  return items.map(({ id }) => id).join();
}
