import type { Machine } from "../expressions/automaton.ts";
import type { CodePointRanges } from "../expressions/code-points.ts";
import { type Decimal, decimalOf } from "./decimal.ts";
import { type Exponents, afterDigit, exponentsBetween } from "./exponent.ts";
import { type Divisor, type Remainder, advance, divides, noRemainder } from "./remainder.ts";

/** Which numbers there are: from `min` to `max`, both included. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** Without fraction, and written so. */
  readonly integer: boolean;
  readonly multiples: readonly Divisor[];
  readonly notMultiples: readonly Divisor[];
  /** No zeros at the end of a fraction: every number is then written in one way. */
  readonly canonical: boolean;
}

/** Against a bound, as far as it was read: less, equal, greater. */
type Order = -1 | 0 | 1;
type Orders = readonly [low: Order, high: Order];

interface State {
  readonly phase: "start" | "minus" | "integer" | "point" | "fraction" | "e" | "sign" | "exponent";
  readonly negative: boolean;
  /** Digits of the part that is read now; a single zero before the point counts none. */
  readonly count: number;
  /** Of the magnitude as it stands. */
  readonly plain: Orders;
  /** Of its digits alone, wherever the point is; kept while an exponent may follow. */
  readonly mantissa: Orders;
  /** Whether an exponent may follow: one digit, not zero, before the point. */
  readonly scientific: boolean;
  readonly remainders: readonly Remainder[];
  /** Digits after leading zeros, where something divides. */
  readonly significant: number;
  readonly trailingZero: boolean;
  readonly exponents: Exponents;
  readonly done: boolean;
}

const symbols = "-0123456789.e+";
const classes: readonly CodePointRanges[] = Array.from(symbols, (symbol) => [
  symbol.charCodeAt(0),
  symbol.charCodeAt(0),
]);

/** As JavaScript writes numbers: at most 21 digits before the point; an exponent from 21 up, and from −7 down. */
const mostInteger = 21;
const mostFraction = 22;
const mostMantissa = 17;
/** With more digits than this, a double is another number than was written, and what divides it is another matter. */
const mostDivided = 15;

const start: State = {
  phase: "start",
  negative: false,
  count: 0,
  plain: [0, 0],
  mantissa: [0, 0],
  scientific: false,
  remainders: [],
  significant: 0,
  trailingZero: false,
  exponents: [],
  done: false,
};

/** Reads a number digit by digit, comparing it with the bounds and dividing it as it goes. */
export function numberMachine(range: NumberRange): Machine<State> {
  const divisors = [...range.multiples, ...range.notMultiples];
  // A multiple has no more places than its divisor; two zeros may follow.
  const places = Math.min(...range.multiples.map((by) => by.places + 2), mostFraction);
  const isWanted = (holds: boolean, i: number) => holds === i < range.multiples.length;
  const min = Math.max(range.min, -Number.MAX_VALUE);
  const max = Math.min(range.max, Number.MAX_VALUE);
  /** Of the magnitude, by sign. −0 is left out. */
  const bounds: readonly (readonly [Decimal, Decimal])[] = [
    [decimalOf(Math.max(min, 0)), decimalOf(Math.max(max, 0))],
    [decimalOf(Math.max(-max, Number.MIN_VALUE)), decimalOf(Math.max(-min, 0))],
  ];
  const possible = [max >= 0, min < 0];
  const boundsOf = ({ negative }: State) => bounds[Number(negative)];
  const compare = (state: State, orders: Orders, one: (so: Order, bound: Decimal) => Order): Orders => {
    const [low, high] = boundsOf(state);
    return [one(orders[0], low), one(orders[1], high)];
  };

  function step(state: State, one: number): State | undefined {
    const { phase } = state;
    const symbol = symbols[one];
    if (symbol === "-" && phase === "start")
      return possible[1] ? { ...state, phase: "minus", negative: true } : undefined;
    if (symbol === "-" || symbol === "+") return phase === "e" ? sign(state, symbol === "+") : undefined;
    if (symbol === ".") return phase === "integer" && !range.integer ? point(state) : undefined;
    if (symbol === "e") return exponent(state);
    return digit(state, Number(symbol));
  }

  function digit(before: State, value: number): State | undefined {
    const state = divisors.length === 0 ? before : { ...before, significant: significantAfter(before, value) };
    if (state.significant > mostDivided) return undefined;
    switch (state.phase) {
      case "start":
      case "minus": {
        if (!possible[Number(state.negative)]) return undefined;
        const remainders = divisors.map(() => noRemainder);
        const first: State = { ...state, phase: "integer", remainders };
        return value === 0 ? first : integerDigit({ ...first, scientific: true }, value);
      }
      case "integer": // After a zero, nothing but a point.
        if (state.count === 0 || state.count >= mostInteger) return undefined;
        return integerDigit({ ...state, scientific: false, mantissa: [0, 0] }, value);
      case "point":
      case "fraction":
        return state.count < places ? fractionDigit(state, value) : undefined;
      case "sign":
      case "exponent": {
        const { rest, done } = afterDigit(state.exponents, value);
        if (!done && rest.every(([least, most]) => least > most)) return undefined;
        return { ...start, phase: "exponent", exponents: rest, done };
      }
      default:
        return undefined;
    }
  }

  function integerDigit(state: State, value: number): State | undefined {
    const at = state.count;
    const tooLarge = at + 1 > Math.max(boundsOf(state)[1].point, 0);
    if (tooLarge && (range.integer || at > 0)) return undefined;
    return {
      ...state,
      count: at + 1,
      plain: compare(state, state.plain, (so, bound) =>
        bound.point > mostInteger ? -1 : digitOrder(so, value, at, bound),
      ),
      mantissa: mantissaOrders(state, value, at),
      remainders: state.remainders.map((one, i) => advance(one, divisors[i], value, false)),
    };
  }

  /** Numbers with fewer digits before the point are less. */
  function atPoint(state: State): Orders {
    return compare(state, state.plain, (so, bound) => {
      const length = Math.max(bound.point, 0);
      return state.count === length ? so : state.count < length ? -1 : 1;
    });
  }

  function point(state: State): State {
    return { ...state, phase: "point", count: 0, plain: atPoint(state) };
  }

  function fractionDigit(state: State, value: number): State {
    const at = state.count;
    return {
      ...state,
      phase: "fraction",
      count: at + 1,
      plain: compare(state, state.plain, (so, bound) => fractionOrder(so, value, at, bound)),
      mantissa: mantissaOrders(state, value, at + 1),
      scientific: state.scientific && at < mostMantissa,
      remainders: state.remainders.map((one, i) => advance(one, divisors[i], value, true)),
      trailingZero: value === 0 && (state.scientific || range.canonical),
    };
  }

  function mantissaOrders(state: State, value: number, at: number): Orders {
    if (!state.scientific) return [0, 0];
    return compare(state, state.mantissa, (so, bound) => digitOrder(so, value, at, bound));
  }

  function exponent(state: State): State | undefined {
    if (!state.scientific || state.trailingZero || (state.phase !== "integer" && state.phase !== "fraction"))
      return undefined;
    const read = state.phase === "integer" ? 1 : 1 + state.count;
    const ended = (so: Order, bound: Decimal): Order => (so === 0 && bound.digits.length > read ? -1 : so);
    return { ...state, phase: "e", count: 0, plain: [0, 0], mantissa: compare(state, state.mantissa, ended) };
  }

  function sign(state: State, up: boolean): State | undefined {
    const [low, high] = boundsOf(state);
    if (!up && range.integer) return undefined;
    // So small a number no divisor divides; what divides so large a one, doubles can't tell.
    if ((up && divisors.length > 0) || range.multiples.length > 0) return undefined;
    // Where the exponents are equal, the digits decide.
    const least = low.digits === "" ? -324 : low.point - 1 + (state.mantissa[0] < 0 ? 1 : 0);
    const most = high.digits === "" ? -325 : high.point - 1 - (state.mantissa[1] > 0 ? 1 : 0);
    const [from, to] = up ? [Math.max(least, 21), most] : [Math.max(-most, 7), Math.min(-least, 324)];
    return from > to ? undefined : { ...start, phase: "sign", exponents: exponentsBetween(from, to) };
  }

  function accepts(state: State): boolean {
    const { phase, count } = state;
    if (phase === "exponent") return state.done;
    if (phase !== "integer" && phase !== "fraction") return false;
    if (range.canonical && state.trailingZero) return false;
    const places = phase === "integer" ? 0 : count;
    const hasMore = (bound: Decimal) => bound.digits.length - bound.point > places && bound.digits !== "";
    const ended = (so: Order, bound: Decimal): Order => (so === 0 && hasMore(bound) ? -1 : so);
    const [low, high] = compare(state, phase === "integer" ? atPoint(state) : state.plain, ended);
    return low >= 0 && high <= 0 && state.remainders.every((one, i) => isWanted(divides(one, divisors[i]), i));
  }

  return { classes, start, key, step, accepts };
}

function significantAfter({ significant }: State, value: number): number {
  return significant > 0 || value > 0 ? significant + 1 : 0;
}

/** Equal for states that go on alike. */
function key(state: State): string {
  const {
    phase,
    negative,
    count,
    plain,
    mantissa,
    scientific,
    remainders,
    significant,
    trailingZero,
    exponents,
    done,
  } = state;
  const parts = remainders.map(({ value, places, beyond }) => `${value}/${places}${beyond ? "+" : ""}`);
  const flags = `${Number(negative)}${Number(scientific)}${Number(trailingZero)}${Number(done)}`;
  return `${phase}${flags};${count},${significant};${plain.join()};${mantissa.join()};${parts.join()};${exponents.join()}`;
}

/** The order with one more digit, which stands at `at` of the bound's digits. */
function digitOrder(so: Order, value: number, at: number, bound: Decimal): Order {
  if (so !== 0) return so;
  const digit = Number(bound.digits[at] ?? 0);
  return value === digit ? 0 : value < digit ? -1 : 1;
}

/** The order with the digit at `at` after the point. */
function fractionOrder(so: Order, value: number, at: number, bound: Decimal): Order {
  const place = at + bound.point;
  if (so !== 0 || place >= 0) return digitOrder(so, value, place, bound);
  return value === 0 ? 0 : 1; // Here the bound has a zero.
}
