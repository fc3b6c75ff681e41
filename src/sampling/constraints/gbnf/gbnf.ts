import { ConstraintError } from "../../../errors.ts";
import { Constraint } from "../constraint.ts";
import { FixedNode, type GrammarSymbol } from "../engine/node.ts";
import { type Expression, characters, choice, nothing, repeat, sequence } from "../expressions/expression.ts";
import { symbolsOf } from "../plain-constraints.ts";
import { checkRules, nonRecursive } from "./analyse-gbnf.ts";
import { type GbnfTree, parseGbnf } from "./parse-gbnf.ts";

/**
 * Texts of a grammar as llama.cpp has them (GBNF), from its rule `root` on. Rules that don't refer to themselves are
 * followed as regular expressions.
 * @throws ConstraintError `INVALID_GRAMMAR`, `UNSUPPORTED_GRAMMAR` (left recursion, tokens), `TOO_LARGE`, and
 * `IMPOSSIBLE_GRAMMAR` where no text of finite length belongs to it
 */
export function constraintFromGrammar(source: string): Constraint {
  if (typeof source !== "string") throw new ConstraintError("INVALID_GRAMMAR", "the grammar is no text: give GBNF");
  const rules = parseGbnf(source);
  const { productive } = checkRules(rules);
  if (!productive.has("root")) {
    const what = "no text of finite length belongs to the grammar";
    throw new ConstraintError("IMPOSSIBLE_GRAMMAR", `${what}: give its rules an end`);
  }
  return new Constraint(new GbnfCompiler(rules, productive).symbols({ kind: "rule", name: "root" })!);
}

class GbnfCompiler {
  private readonly rules: ReadonlyMap<string, GbnfTree>;
  private readonly productive: ReadonlySet<string>;
  private readonly regular: ReadonlySet<string>;
  private readonly expressions = new Map<string, Expression>();
  private readonly nodes = new Map<string, FixedNode>();

  constructor(rules: ReadonlyMap<string, GbnfTree>, productive: ReadonlySet<string>) {
    this.rules = rules;
    this.productive = productive;
    this.regular = nonRecursive(rules);
  }

  /** What reads the texts of a tree; undefined where there is none. */
  symbols(tree: GbnfTree): readonly GrammarSymbol[] | undefined {
    if (this.isRegular(tree)) return symbolsOf(this.expression(tree));
    switch (tree.kind) {
      case "rule":
        return this.productive.has(tree.name) ? [this.node(tree.name)] : undefined;
      case "choice": {
        const alternatives = this.alternatives(tree.items);
        return alternatives.length === 0 ? undefined : [new FixedNode(alternatives)];
      }
      case "sequence":
        return this.sequence(tree.items);
      case "repeat":
        return this.repeat(tree.item, tree.min, tree.max);
      default:
        return undefined; // Sets are regular.
    }
  }

  private node(name: string): FixedNode {
    let node = this.nodes.get(name);
    if (node === undefined) {
      const alternatives: (readonly GrammarSymbol[])[] = [];
      this.nodes.set(name, (node = new FixedNode(alternatives)));
      const tree = this.rules.get(name)!;
      alternatives.push(...this.alternatives(tree.kind === "choice" ? tree.items : [tree]));
    }
    return node;
  }

  private alternatives(items: readonly GbnfTree[]): (readonly GrammarSymbol[])[] {
    return items.map((item) => this.symbols(item)).filter((symbols) => symbols !== undefined);
  }

  /** Neighbours that are regular are read as one. */
  private sequence(items: readonly GbnfTree[]): readonly GrammarSymbol[] | undefined {
    const parts: GrammarSymbol[] = [];
    for (let i = 0; i < items.length;) {
      let end = i;
      while (end < items.length && this.isRegular(items[end])) end++;
      const tree: GbnfTree = end > i ? { kind: "sequence", items: items.slice(i, end) } : items[i];
      const symbols = end > i ? symbolsOf(this.expression(tree)) : this.symbols(tree);
      if (symbols === undefined) return undefined;
      parts.push(...symbols);
      i = Math.max(end, i + 1);
    }
    return parts;
  }

  private repeat(item: GbnfTree, min: number, max: number): readonly GrammarSymbol[] | undefined {
    const symbols = this.symbols(item);
    if (symbols === undefined) return min === 0 ? [] : undefined;
    let rest: readonly GrammarSymbol[] = [];
    if (max === Infinity) {
      const alternatives: (readonly GrammarSymbol[])[] = [[]];
      const node = new FixedNode(alternatives);
      alternatives.push([...symbols, node]);
      rest = [node];
    } else {
      for (let i = min; i < max; i++) rest = [new FixedNode([[], [...symbols, ...rest]])];
    }
    return [...Array.from({ length: min }, () => symbols).flat(), ...rest];
  }

  private isRegular(tree: GbnfTree): boolean {
    if (tree.kind === "rule") return this.regular.has(tree.name);
    if (tree.kind === "set") return true;
    return tree.kind === "repeat" ? this.isRegular(tree.item) : tree.items.every((item) => this.isRegular(item));
  }

  private expression(tree: GbnfTree): Expression {
    switch (tree.kind) {
      case "set":
        return characters(tree.set);
      case "choice":
        return choice(tree.items.map((item) => this.expression(item)));
      case "sequence":
        return sequence(tree.items.map((item) => this.expression(item)));
      case "repeat":
        return repeat(this.expression(tree.item), tree.min, tree.max);
      case "rule": {
        let known = this.expressions.get(tree.name);
        if (known === undefined) {
          const rule = this.rules.get(tree.name);
          this.expressions.set(tree.name, (known = rule === undefined ? nothing : this.expression(rule)));
        }
        return known;
      }
    }
  }
}
