import { ConstraintError } from "../../../errors.ts";
import { type GrammarSymbol, LazyNode } from "../engine/node.ts";
import { type Literal, literalSet } from "./literals.ts";
import { type KeyClass, type NamedKey, keyClasses, namedKeys } from "./object-keys.ts";
import type { ObjectState, PropertyOption } from "./object-state.ts";
import type { Rules } from "./rules.ts";
import type { ObjectShape } from "./shapes.ts";
import { UnnamedKey } from "./unnamed-key.ts";

/** Objects of one shape. */
export class ObjectRule {
  readonly shape: ObjectShape;
  private readonly rules: Rules;
  private readonly keys: readonly NamedKey[];
  private readonly classes: readonly KeyClass[];
  private readonly start: ObjectState;
  private alive = new Map<string, boolean>();

  constructor(shape: ObjectShape, rules: Rules) {
    this.shape = shape;
    this.rules = rules;
    this.keys = namedKeys(shape);
    this.classes = keyClasses(shape, rules.extra);
    this.start = {
      gone: "0".repeat(this.keys.length),
      missing: shape.required.length,
      count: 0,
      pending: shape.some.map((_, i) => i),
      used: [],
    };
    for (const { literals, kinds } of [...this.keys, ...this.classes]) {
      if (literals !== undefined) for (const set of this.sets(literals, kinds, this.start)) rules.ruleOf(set.set);
    }
  }

  isProductive(): boolean {
    this.alive = new Map();
    return this.isAlive(this.start);
  }

  alternatives(): readonly (readonly GrammarSymbol[])[] {
    const { openObject, emptyObject } = this.rules.punctuation;
    const members = this.membersAfter(openObject, this.start);
    return this.canClose(this.start) ? [[emptyObject], ...members] : members;
  }

  private canClose({ missing, count, pending }: ObjectState): boolean {
    return missing === 0 && count >= this.shape.min && pending.length === 0;
  }

  private hasMore(state: ObjectState): boolean {
    const named = this.keys.some((_, key) => this.named(key, state).length > 0);
    return named || this.classes.some((_, one) => this.unnamed(one, state).length > 0);
  }

  /** What may come after a property. */
  private rest(state: ObjectState): GrammarSymbol {
    const { comma, closeObject } = this.rules.punctuation;
    return new LazyNode(() => {
      const more = this.membersAfter(comma, state);
      return this.canClose(state) ? [[closeObject], ...more] : more;
    });
  }

  private membersAfter(symbol: GrammarSymbol, state: ObjectState): readonly (readonly GrammarSymbol[])[] {
    return this.hasMore(state) ? [[symbol, new LazyNode(() => this.members(state))]] : [];
  }

  /** Keys and what follows them. */
  private members(state: ObjectState): readonly (readonly GrammarSymbol[])[] {
    const { rules } = this;
    const named = this.keys.flatMap(({ name }, key) =>
      this.named(key, state).map(({ set, next }) => [rules.punctuation.key(name), rules.ruleOf(set), this.rest(next)]),
    );
    const unnamed = this.classes.flatMap(({ terminal }, one) =>
      this.unnamed(one, state).length > 0 ? [[terminal, this.unnamedKey(one, state)]] : [],
    );
    return [...named, ...unnamed];
  }

  private unnamedKey(one: number, state: ObjectState): GrammarSymbol {
    const refused = state.used.filter(([keyClass]) => keyClass === one).map(([, text]) => text);
    return new UnnamedKey(refused, (text) => {
      const used = [...state.used, [one, text] as const];
      return this.unnamed(one, state).map(({ set, next }) => {
        return [this.rules.punctuation.colon, this.rules.ruleOf(set), this.rest({ ...next, used })];
      });
    });
  }

  /** The ways in which a named key can come next. */
  private named(key: number, state: ObjectState): readonly PropertyOption[] {
    const { literals, kinds, before, required } = this.keys[key];
    if (literals === undefined || state.gone[key] === "1" || !this.hasRoom(state, required)) return [];
    const skipped = before.filter((one) => state.gone[one] === "0");
    if (skipped.some((one) => this.keys[one].required)) return [];
    const gone = Array.from(state.gone, (flag, one) => (one === key || skipped.includes(one) ? "1" : flag)).join("");
    const next = { ...state, gone, missing: state.missing - Number(required), count: this.countAfter(state) };
    return this.usable(this.sets(literals, kinds, next));
  }

  /** The ways in which a key of a class can come next, whichever it is. */
  private unnamed(one: number, state: ObjectState): readonly PropertyOption[] {
    const { terminal, literals, kinds } = this.classes[one];
    const used = state.used.filter(([keyClass]) => keyClass === one).length;
    if (!this.hasRoom(state, false) || terminal.words(terminal.start) <= used) return [];
    return this.usable(this.sets(literals, kinds, { ...state, count: this.countAfter(state) }));
  }

  private usable(options: readonly PropertyOption[]): readonly PropertyOption[] {
    return options.filter(({ set, next }) => this.rules.ruleOf(set).productive && this.isAlive(next));
  }

  private hasRoom({ count, missing }: ObjectState, isRequired: boolean): boolean {
    return count + missing + (isRequired ? 0 : 1) <= this.shape.max;
  }

  private countAfter({ count }: ObjectState): number {
    return this.shape.max === Infinity ? Math.min(count + 1, this.shape.min) : count + 1;
  }

  /** A property may fulfil any of what is pending, or nothing of it. */
  private sets(literals: readonly Literal[], kinds: readonly number[], next: ObjectState): readonly PropertyOption[] {
    let options: { readonly literals: readonly Literal[]; readonly pending: readonly number[] }[] = [
      { literals, pending: next.pending },
    ];
    for (const kind of kinds.filter((one) => next.pending.includes(one))) {
      const { literal } = this.shape.some[kind];
      options = options.flatMap((option) => {
        const pending = option.pending.filter((one) => one !== kind);
        return [option, { literals: literal === undefined ? option.literals : [...option.literals, literal], pending }];
      });
    }
    return options.map((option) => ({ set: literalSet(option.literals), next: { ...next, pending: option.pending } }));
  }

  /** Whether the object can be finished from here. */
  private isAlive(state: ObjectState): boolean {
    if (this.canClose(state)) return true;
    if (state.pending.length === 0) return this.canBeFilled(state);
    const key = `${state.gone};${state.count};${state.pending.join()}`;
    let alive = this.alive.get(key);
    if (alive !== undefined) return alive;
    if (this.alive.size > 5000) {
      throw new ConstraintError(
        "TOO_COMPLEX",
        "an object has too many cases: use fewer of not and oneOf about its keys",
      );
    }
    this.alive.set(key, false); // A property that changes nothing helps nothing.
    alive =
      this.keys.some((_, one) => this.named(one, state).length > 0) ||
      this.classes.some((_, one) => this.unnamed(one, state).length > 0);
    this.alive.set(key, alive);
    return alive;
  }

  /** Without anything pending: whether required and enough keys can still come. */
  private canBeFilled({ gone, missing, count, used }: ObjectState): boolean {
    const isProductive = (literals: readonly Literal[] | undefined) =>
      literals !== undefined && this.rules.ruleOf(literalSet(literals)).productive;
    const left = this.keys.filter(({ literals }, key) => gone[key] === "0" && isProductive(literals));
    if (left.filter(({ required }) => required).length < missing || count + missing > this.shape.max) return false;
    const others = this.classes
      .filter(({ literals }) => isProductive(literals))
      .reduce((sum, { terminal }) => sum + terminal.words(terminal.start), 0);
    return count + left.length + others - used.length >= this.shape.min;
  }
}
