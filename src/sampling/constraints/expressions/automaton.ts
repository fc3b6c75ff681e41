import { ConstraintError } from "../../../errors.ts";
import type { CodePointRanges } from "./code-points.ts";
import { classesOf, derivative } from "./derivative.ts";
import type { Expression } from "./expression.ts";

/** A deterministic automaton over classes of characters. It begins in state 0; every state leads to acceptance. */
export interface Automaton {
  /** Disjoint sets of code points. */
  readonly classes: readonly CodePointRanges[];
  /** next[state * classes.length + class]: a state, or −1. */
  readonly next: Int32Array;
  readonly accepting: Uint8Array;
}

export interface Machine<State> {
  readonly classes: readonly CodePointRanges[];
  readonly start: State;
  /** Equal for equal states. */
  key(state: State): string | number;
  step(state: State, classIndex: number): State | undefined;
  accepts(state: State): boolean;
}

/** More states than this are not built. */
export const mostStates = 20_000;

/**
 * All states of a machine that can be reached and lead to acceptance; undefined where it accepts nothing.
 * @throws ConstraintError `TOO_LARGE`
 */
export function explore<State>(machine: Machine<State>): Automaton | undefined {
  const width = machine.classes.length;
  const places = new Map<string | number, number>([[machine.key(machine.start), 0]]);
  const states = [machine.start];
  const edges: number[] = [];
  for (let at = 0; at < states.length; at++) {
    for (let one = 0; one < width; one++) {
      const follower = machine.step(states[at], one);
      if (follower === undefined) {
        edges.push(-1);
        continue;
      }
      const key = machine.key(follower);
      let place = places.get(key);
      if (place === undefined) {
        if (states.length >= mostStates) {
          const what = `the pattern, format, length or range needs more than ${mostStates} states`;
          throw new ConstraintError("TOO_LARGE", `${what}: loosen its repetitions or combine fewer of them`);
        }
        places.set(key, (place = states.length));
        states.push(follower);
      }
      edges.push(place);
    }
  }
  return trim(
    machine.classes,
    edges,
    states.map((state) => machine.accepts(state)),
  );
}

/** Without the states that lead nowhere. */
function trim(classes: readonly CodePointRanges[], edges: number[], accepts: boolean[]): Automaton | undefined {
  const width = classes.length;
  const before: number[][] = accepts.map(() => []);
  edges.forEach((to, i) => to >= 0 && before[to].push(Math.floor(i / width)));
  const alive = new Uint8Array(accepts.length);
  const pending = accepts.flatMap((accepting, state) => (accepting ? [state] : []));
  for (const state of pending) alive[state] = 1;
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    for (const one of before[state]) {
      if (alive[one] === 1) continue;
      alive[one] = 1;
      pending.push(one);
    }
  }
  if (alive[0] === 0) return undefined;
  const place = new Int32Array(accepts.length).fill(-1);
  const kept = accepts.flatMap((_, state) => (alive[state] === 1 ? [state] : []));
  kept.forEach((state, i) => (place[state] = i));
  const next = new Int32Array(kept.length * width);
  kept.forEach((state, i) => {
    for (let one = 0; one < width; one++) {
      const to = edges[state * width + one];
      next[i * width + one] = to < 0 ? -1 : place[to];
    }
  });
  return { classes, next, accepting: Uint8Array.from(kept, (state) => Number(accepts[state])) };
}

const known = new WeakMap<Expression, { readonly automaton: Automaton | undefined }>();

/** The automaton of an expression; undefined where no text belongs to it. @throws ConstraintError `TOO_LARGE` */
export function automatonOf(expression: Expression): Automaton | undefined {
  let entry = known.get(expression);
  if (entry === undefined) {
    const classes = classesOf(expression);
    const automaton = explore<Expression>({
      classes,
      start: expression,
      key: ({ id }) => id,
      step: (state, one) => {
        const follower = derivative(state, classes[one][0]);
        return follower.kind === "set" && follower.set.length === 0 ? undefined : follower;
      },
      accepts: ({ nullable }) => nullable,
    });
    known.set(expression, (entry = { automaton }));
  }
  return entry.automaton;
}
