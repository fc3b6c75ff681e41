import { GrammarNode, type GrammarSymbol } from "../engine/node.ts";
import type { Terminal } from "../engine/terminal.ts";
import { anything, choice, literal } from "../expressions/expression.ts";
import { countedStringTerminal, stringTerminal, textTerminal } from "../terminals.ts";
import { ArrayRule } from "./array-rule.ts";
import { types } from "./json.ts";
import type { LiteralSet } from "./literals.ts";
import { numberTerminal } from "./number-terminal.ts";
import { ObjectRule } from "./object-rule.ts";
import type { Rule, Rules } from "./rules.ts";
import type { Shape } from "./shapes.ts";
import { stringsOfShape } from "./string-set.ts";

/** What values look like that fulfil a set of schemas. */
export class ValueRule extends GrammarNode implements Rule {
  readonly set: LiteralSet;
  terminals: readonly Terminal[] = [];
  productive = false;
  private arrays: readonly ArrayRule[] = [];
  private objects: readonly ObjectRule[] = [];
  private readonly canonical: boolean;

  /** @param canonical numbers are written in one way only */
  constructor(set: LiteralSet, canonical: boolean) {
    super();
    this.set = set;
    this.canonical = canonical;
  }

  /** Finds the parts. The rules of items and properties come into being, and are built later. */
  build(rules: Rules): void {
    const shapes = types.flatMap((type) => rules.refiner.shapesOf(this.set, type));
    const listed = shapes.flatMap(({ values = [] }) => values);
    const open = shapes.filter(({ values }) => values === undefined);
    const texts = choice(listed.map((value) => literal(JSON.stringify(value))));
    const terminals = [...open.map((shape) => terminalOf(shape, this.canonical)), textTerminal(texts)];
    this.terminals = [...new Set(terminals.filter((one) => one !== undefined))];
    this.arrays = open.flatMap((shape) => (shape.type === "array" ? [new ArrayRule(shape, rules)] : []));
    this.objects = open.flatMap((shape) => (shape.type === "object" ? [new ObjectRule(shape, rules)] : []));
    this.productive = this.terminals.length > 0;
  }

  /** @throws ConstraintError for what can only be seen once all rules are built */
  check(): void {
    for (const rule of this.arrays) rule.check();
  }

  get isDeep(): boolean {
    return this.arrays.length + this.objects.length > 0;
  }

  /** Sees whether there is a value, given what is known of others so far. */
  update(): boolean {
    if (this.productive) return false;
    this.productive = [...this.arrays, ...this.objects].some((rule) => rule.isProductive());
    return this.productive;
  }

  protected override expand(): readonly (readonly GrammarSymbol[])[] {
    const rules = [...this.arrays, ...this.objects].filter((rule) => rule.isProductive());
    return [...this.terminals.map((terminal) => [terminal]), ...rules.flatMap((rule) => rule.alternatives())];
  }
}

function terminalOf(shape: Shape, canonical: boolean): Terminal | undefined {
  if (shape.type === "number") return numberTerminal({ ...shape, canonical });
  if (shape.type !== "string") return undefined;
  const { min, max, expression } = shape;
  return expression === anything ? countedStringTerminal(min, max) : stringTerminal(stringsOfShape(shape));
}
