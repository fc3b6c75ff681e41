import {
  type Expression,
  anyCharacter,
  anything,
  both,
  characters,
  choice,
  empty,
  not,
  nothing,
} from "./expression.ts";
import { repeat, sequence } from "./expression.ts";
import { type RegexTree, UnsupportedSyntax, parseRegex } from "./regex-syntax.ts";

/**
 * The texts that a regular expression matches: `"search"`, in any part, as JSON Schema's `pattern` does; `"whole"`, from
 * beginning to end.
 * @throws SyntaxError for what is no regular expression; UnsupportedSyntax
 */
export function regexExpression(source: string, extent: "search" | "whole"): Expression {
  const tree = parseRegex(source);
  if (extent === "whole") return compile(tree, empty, true);
  const later = compile(tree, anything, false);
  if (!mentions(tree, "start")) return sequence([anything, later]);
  return choice([compile(tree, anything, true), sequence([repeat(anyCharacter, 1), later])]);
}

/** The texts that the tree and then `next` match, where the tree stands at the beginning of the text or not. */
function compile(tree: RegexTree, next: Expression, atStart: boolean): Expression {
  switch (tree.kind) {
    case "set":
      return sequence([characters(tree.set), next]);
    case "choice":
      return choice(tree.items.map((item) => compile(item, next, atStart)));
    case "sequence":
      return compileSequence(tree.items, next, atStart);
    case "start":
      return atStart ? next : nothing;
    case "end":
      return next.nullable ? empty : nothing;
    case "look": {
      const ahead = compile(tree.item, anything, atStart);
      return both([tree.negated ? not(ahead) : ahead, next]);
    }
    case "repeat": {
      const { item, min, max } = tree;
      if (!assertions.some((kind) => mentions(item, kind))) return sequence([repeat(plain(item), min, max), next]);
      if (max > 1) throw new UnsupportedSyntax("repeated ^, $, (?=…) or (?!…)");
      const once = compile(item, next, atStart);
      return min === 1 ? once : choice([next, once]);
    }
  }
}

const assertions = ["start", "end", "look"] as const;

function compileSequence(items: readonly RegexTree[], next: Expression, atStart: boolean): Expression {
  if (items.length === 0) return next;
  const [first, ...rest] = items;
  const isAssertion = first.kind === "start" || first.kind === "end" || first.kind === "look";
  const restMinds = atStart && !isAssertion && rest.some((item) => mentions(item, "start") || mentions(item, "look"));
  if (!restMinds) return compile(first, compileSequence(rest, next, atStart && isAssertion), atStart);
  // What comes first may have matched nothing, and then the rest still stands at the beginning.
  if (assertions.some((kind) => mentions(first, kind))) {
    if (first.kind === "sequence") return compileSequence([...first.items, ...rest], next, atStart);
    if (first.kind === "choice") {
      return choice(first.items.map((item) => compileSequence([item, ...rest], next, atStart)));
    }
    throw new UnsupportedSyntax("^, $, (?=…) or (?!…) in an optional part");
  }
  const whole = plain(first);
  const later = sequence([both([whole, repeat(anyCharacter, 1)]), compileSequence(rest, next, false)]);
  return whole.nullable ? choice([later, compileSequence(rest, next, true)]) : later;
}

/** A tree without assertions. */
function plain(tree: RegexTree): Expression {
  return compile(tree, empty, false);
}

function mentions(tree: RegexTree, kind: RegexTree["kind"]): boolean {
  if (tree.kind === kind) return true;
  if (tree.kind === "sequence" || tree.kind === "choice") return tree.items.some((item) => mentions(item, kind));
  return (tree.kind === "repeat" || tree.kind === "look") && mentions(tree.item, kind);
}
