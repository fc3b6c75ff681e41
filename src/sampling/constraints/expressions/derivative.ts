import { type CodePointRanges, contains, partition } from "./code-points.ts";
import { type Expression, both, choice, empty, not, nothing, repeat, sequence } from "./expression.ts";

/** What may follow one character: the texts `t` for which the character and then `t` belong to the expression. */
export function derivative(of: Expression, codePoint: number): Expression {
  let known = of.derivatives.get(codePoint);
  if (known === undefined) of.derivatives.set(codePoint, (known = derive(of, codePoint)));
  return known;
}

function derive({ kind, set, items, min, max }: Expression, codePoint: number): Expression {
  const each = () => items.map((item) => derivative(item, codePoint));
  switch (kind) {
    case "set":
      return contains(set, codePoint) ? empty : nothing;
    case "empty":
      return nothing;
    case "sequence": {
      const inFirst = sequence([derivative(items[0], codePoint), items[1]]);
      return items[0].nullable ? choice([inFirst, derivative(items[1], codePoint)]) : inFirst;
    }
    case "choice":
      return choice(each());
    case "both":
      return both(each());
    case "not":
      return not(derivative(items[0], codePoint));
    case "repeat":
      return sequence([derivative(items[0], codePoint), repeat(items[0], Math.max(min - 1, 0), max - 1)]);
  }
}

/** Sets of characters that the expression can't tell apart, and all that follows from it neither. */
export function classesOf(expression: Expression): CodePointRanges[] {
  const sets = new Set<CodePointRanges>();
  const seen = new Set<Expression>();
  const pending = [expression];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    if (one.kind === "set") sets.add(one.set);
    pending.push(...one.items);
  }
  return partition([...sets]);
}

/** Whether a text belongs to the expression. */
export function matches(expression: Expression, text: string): boolean {
  let rest = expression;
  for (const character of text) rest = derivative(rest, character.codePointAt(0)!);
  return rest.nullable;
}
