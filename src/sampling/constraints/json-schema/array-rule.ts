import { ConstraintError } from "../../../errors.ts";
import { type GrammarSymbol, LazyNode } from "../engine/node.ts";
import { type Literal, type LiteralSet, opposite } from "./literals.ts";
import { itemSet, prefixOf } from "./members.ts";
import type { Rules } from "./rules.ts";
import type { ArrayShape } from "./shapes.ts";
import { UniqueItems } from "./unique-items.ts";

/** How far an array is: items so far, and how many fulfil each `contains`; counts that make no difference are one. */
interface State {
  readonly index: number;
  readonly counts: readonly number[];
}

/** Arrays of one shape. */
export class ArrayRule {
  readonly shape: ArrayShape;
  private readonly rules: Rules;
  private readonly prefix: number;
  private readonly unique: UniqueItems | undefined;
  private readonly start: State;
  private readonly rests = new Map<string, LazyNode>();
  private alive = new Map<string, boolean>();

  constructor(shape: ArrayShape, rules: Rules) {
    this.shape = shape;
    this.rules = rules;
    this.prefix = Math.max(prefixOf(shape), ...shape.contains.map(({ from }) => from));
    if (shape.contains.length > 4) {
      throw new ConstraintError("TOO_COMPLEX", "more than four contains hold of one array: use fewer");
    }
    this.start = { index: 0, counts: shape.contains.map(() => 0) };
    if (shape.unique && shape.max > 1) this.unique = new UniqueItems(shape, rules);
    else for (const set of this.sets()) rules.ruleOf(set);
  }

  /** What items may have to fulfil: the rules for them. */
  private sets(): LiteralSet[] {
    const last = Math.min(this.prefix, this.shape.max - 1);
    return Array.from({ length: Math.max(last + 1, 0) }, (_, index) => index).flatMap((index) =>
      this.options({ index, counts: this.start.counts.map(() => 0) }).map(({ set }) => set),
    );
  }

  check(): void {
    this.unique?.check();
  }

  isProductive(): boolean {
    if (this.unique !== undefined) return this.unique.isProductive();
    this.alive = new Map();
    return this.isAlive(this.start);
  }

  alternatives(): readonly (readonly GrammarSymbol[])[] {
    if (this.unique !== undefined) return this.unique.alternatives();
    const { punctuation } = this.rules;
    const items = this.items(this.start).map((symbols) => [punctuation.openArray, ...symbols]);
    return this.canClose(this.start) ? [[punctuation.emptyArray], ...items] : items;
  }

  /** What an item may be, and what comes after it. */
  private items(state: State): readonly (readonly GrammarSymbol[])[] {
    if (state.index >= this.shape.max) return [];
    return this.options(state)
      .filter(({ set, next }) => this.rules.ruleOf(set).productive && this.isAlive(next))
      .map(({ set, next }) => [this.rules.ruleOf(set), this.rest(next)]);
  }

  private canClose({ index, counts }: State): boolean {
    return index >= this.shape.min && this.shape.contains.every(({ min }, i) => counts[i] >= min);
  }

  /** After an item. */
  private rest(state: State): LazyNode {
    const { comma, closeArray } = this.rules.punctuation;
    const key = keyOf(state);
    let rest = this.rests.get(key);
    if (rest === undefined) {
      rest = new LazyNode(() => {
        const items = this.items(state).map((symbols) => [comma, ...symbols]);
        return this.canClose(state) ? [[closeArray], ...items] : items;
      });
      this.rests.set(key, rest);
    }
    return rest;
  }

  /** For each `contains` an item may fulfil it, or not; where that is all the same, nothing is asked. */
  private options({ index, counts }: State): { readonly set: LiteralSet; readonly next: State }[] {
    const { contains } = this.shape;
    let choices: { readonly more: readonly Literal[]; readonly counts: readonly number[] }[] = [
      { more: [], counts: [] },
    ];
    contains.forEach(({ literal, from, min, max }, i) => {
      const count = counts[i];
      const asks = index >= from && !(max === Infinity && count >= min);
      choices = choices.flatMap(({ more, counts: before }) => {
        const unasked = {
          more: max < Infinity && asks ? [...more, opposite(literal)] : more,
          counts: [...before, count],
        };
        const fulfils = { more: [...more, literal], counts: [...before, count + 1] };
        return asks && count < max ? [unasked, fulfils] : [unasked];
      });
    });
    return choices.map((choice) => ({
      set: itemSet(this.shape, Math.min(index, this.prefix), choice.more),
      next: { index: this.shape.max === Infinity ? Math.min(index + 1, this.last) : index + 1, counts: choice.counts },
    }));
  }

  /** From here on, where there is no upper bound, one item more makes no difference. */
  private get last(): number {
    return Math.max(this.prefix, this.shape.min);
  }

  private isAlive(state: State): boolean {
    if (this.canClose(state)) return true;
    const key = keyOf(state);
    let alive = this.alive.get(key);
    if (alive !== undefined) return alive;
    if (this.alive.size > 5000) {
      throw new ConstraintError(
        "TOO_COMPLEX",
        "an array has too many items that are asked for: lower minItems or contains",
      );
    }
    alive = false;
    this.alive.set(key, false);
    if (state.index < this.shape.max) {
      alive = this.options(state).some(
        ({ set, next }) => keyOf(next) !== key && this.rules.ruleOf(set).productive && this.isAlive(next),
      );
    }
    this.alive.set(key, alive);
    return alive;
  }
}

function keyOf({ index, counts }: State): string {
  return [index, ...counts].join();
}
