import { ConstraintError } from "../../../errors.ts";
import type { GbnfTree } from "./parse-gbnf.ts";

type Rules = ReadonlyMap<string, GbnfTree>;

/**
 * Which rules have texts.
 * @throws ConstraintError `INVALID_GRAMMAR` for a rule that is not there, `UNSUPPORTED_GRAMMAR` for left recursion
 */
export function checkRules(rules: Rules): { readonly productive: ReadonlySet<string> } {
  if (!rules.has("root")) {
    throw new ConstraintError("INVALID_GRAMMAR", 'the grammar has no rule "root": name the rule to begin with so');
  }
  for (const [name, tree] of rules) {
    for (const used of namesIn(tree)) {
      if (rules.has(used)) continue;
      throw new ConstraintError("INVALID_GRAMMAR", `rule "${name}" uses "${used}", which is not there: define it`);
    }
  }
  const nullable = fixpoint(rules, isNullable);
  for (const name of rules.keys()) {
    if (!reaches(name, (tree) => leftNames(tree, nullable), rules)) continue;
    const what = `rule "${name}" begins with itself (left recursion)`;
    throw new ConstraintError("UNSUPPORTED_GRAMMAR", `${what}: write it with * or +, or put the recursion at the end`);
  }
  return { productive: fixpoint(rules, isProductive) };
}

/** Rules that don't come back to themselves, nor to one that does. */
export function nonRecursive(rules: Rules): ReadonlySet<string> {
  const recursive = new Set([...rules.keys()].filter((name) => reaches(name, namesIn, rules)));
  const free = [...rules.keys()].filter((name) => {
    return !recursive.has(name) && ![...closure(name, namesIn, rules)].some((used) => recursive.has(used));
  });
  return new Set(free);
}

/** The rules of which something holds, given those of which it is known to hold. */
function fixpoint(rules: Rules, holds: (tree: GbnfTree, known: ReadonlySet<string>) => boolean): ReadonlySet<string> {
  const known = new Set<string>();
  for (let before = -1; before < known.size;) {
    before = known.size;
    for (const [name, tree] of rules) if (holds(tree, known)) known.add(name);
  }
  return known;
}

function isNullable(tree: GbnfTree, known: ReadonlySet<string>): boolean {
  switch (tree.kind) {
    case "set":
      return false;
    case "rule":
      return known.has(tree.name);
    case "choice":
      return tree.items.some((item) => isNullable(item, known));
    case "sequence":
      return tree.items.every((item) => isNullable(item, known));
    case "repeat":
      return tree.min === 0 || isNullable(tree.item, known);
  }
}

function isProductive(tree: GbnfTree, known: ReadonlySet<string>): boolean {
  switch (tree.kind) {
    case "set":
      return tree.set.length > 0;
    case "rule":
      return known.has(tree.name);
    case "choice":
      return tree.items.some((item) => isProductive(item, known));
    case "sequence":
      return tree.items.every((item) => isProductive(item, known));
    case "repeat":
      return tree.min === 0 || isProductive(tree.item, known);
  }
}

function namesIn(tree: GbnfTree): string[] {
  if (tree.kind === "rule") return [tree.name];
  if (tree.kind === "set") return [];
  return tree.kind === "repeat" ? namesIn(tree.item) : tree.items.flatMap(namesIn);
}

/** Rules that a text of the tree may begin with; a repetition of what may be empty begins with itself. */
function leftNames(tree: GbnfTree, nullable: ReadonlySet<string>): string[] {
  if (tree.kind !== "sequence") {
    if (tree.kind === "choice") return tree.items.flatMap((item) => leftNames(item, nullable));
    return tree.kind === "repeat" ? leftNames(tree.item, nullable) : namesIn(tree);
  }
  const end = tree.items.findIndex((item) => !isNullable(item, nullable));
  return tree.items.slice(0, end < 0 ? undefined : end + 1).flatMap((item) => leftNames(item, nullable));
}

function closure(from: string, namesOf: (tree: GbnfTree) => readonly string[], rules: Rules): Set<string> {
  const found = new Set<string>();
  const pending = [from];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    for (const used of namesOf(rules.get(name)!)) {
      if (found.has(used)) continue;
      found.add(used);
      pending.push(used);
    }
  }
  return found;
}

function reaches(name: string, namesOf: (tree: GbnfTree) => readonly string[], rules: Rules): boolean {
  return closure(name, namesOf, rules).has(name);
}
