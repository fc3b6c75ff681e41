import { GrammarNode, type GrammarSymbol } from "../engine/node.ts";
import type { ObjectState, ObjectSteps } from "./object-state.ts";

/** Where a key is to come. */
export class ObjectMembers extends GrammarNode {
  private readonly rule: ObjectSteps;
  private readonly state: ObjectState;

  constructor(rule: ObjectSteps, state: ObjectState) {
    super();
    this.rule = rule;
    this.state = state;
  }

  protected override expand(): readonly (readonly GrammarSymbol[])[] {
    return this.rule.members(this.state);
  }
}

/** After a property. */
export class ObjectRest extends GrammarNode {
  private readonly rule: ObjectSteps;
  private readonly state: ObjectState;

  constructor(rule: ObjectSteps, state: ObjectState) {
    super();
    this.rule = rule;
    this.state = state;
  }

  protected override expand(): readonly (readonly GrammarSymbol[])[] {
    const { rule, state } = this;
    const { comma, closeObject } = rule.rules.punctuation;
    const more = rule.hasMore(state) ? [[comma, new ObjectMembers(rule, state)]] : [];
    return rule.canClose(state) ? [[closeObject], ...more] : more;
  }
}

/** After a key that the schema does not name: it may come only once. */
export class ClassKey extends GrammarNode {
  override readonly refused: readonly string[];
  private readonly rule: ObjectSteps;
  private readonly keyClass: number;
  private readonly state: ObjectState;

  constructor(rule: ObjectSteps, keyClass: number, state: ObjectState) {
    super();
    this.rule = rule;
    this.keyClass = keyClass;
    this.state = state;
    this.refused = state.used.filter(([one]) => one === keyClass).map(([, text]) => text);
  }

  override take(text: string): GrammarNode | undefined {
    return this.refused.includes(text) ? undefined : new ClassValue(this.rule, this.keyClass, this.state, text);
  }

  protected override expand(): readonly (readonly GrammarSymbol[])[] {
    return [];
  }
}

/** The colon and the value after such a key. */
class ClassValue extends GrammarNode {
  private readonly rule: ObjectSteps;
  private readonly keyClass: number;
  private readonly state: ObjectState;
  private readonly text: string;

  constructor(rule: ObjectSteps, keyClass: number, state: ObjectState, text: string) {
    super();
    this.rule = rule;
    this.keyClass = keyClass;
    this.state = state;
    this.text = text;
  }

  protected override expand(): readonly (readonly GrammarSymbol[])[] {
    const { rule, keyClass, state, text } = this;
    const used = [...state.used, [keyClass, text] as const];
    return rule
      .unnamed(keyClass, state)
      .map(({ set, next }) => [rule.rules.punctuation.colon, rule.rules.ruleOf(set), rule.rest({ ...next, used })]);
  }
}
