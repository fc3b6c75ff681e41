import type { Value } from "./values.ts";
import { entriesOf, isUndefined, itemsOf, numberOf, pythonEquals, pythonText, stringOf } from "./values.ts";

/** A template can't make us hold longer texts than this. In UTF-16 units. */
const maxRepeated = 1 << 24;

/** The result of an operator where Python's differs from the engine's; undefined: leave it to the engine. */
export function binaryOperation(operator: string, left: Value, right: Value): unknown {
  const [text, other] = [stringOf(left), stringOf(right)];
  switch (operator) {
    case "==":
      return pythonEquals(left, right);
    case "!=":
      return !pythonEquals(left, right);
    case "~":
      return pythonText(left) + pythonText(right);
    case "in":
      return contains(right, left);
    case "not in":
      return !contains(right, left);
    case "+":
      if ((text === undefined) !== (other === undefined)) throw new TypeError("only a string can be added to a string");
      return undefined;
    case "*":
      return repeat(left, right) ?? repeat(right, left);
    case "%":
      return modulo(left, right);
  }
  if (text === undefined || other === undefined) return undefined;
  switch (operator) {
    case "<":
      return text < other;
    case ">":
      return text > other;
    case "<=":
      return text <= other;
    case ">=":
      return text >= other;
  }
  return undefined;
}

function contains(container: Value, item: Value): boolean {
  if (isUndefined(container)) return false;
  const items = itemsOf(container);
  if (items !== undefined) return items.some((candidate) => pythonEquals(candidate, item));
  const text = stringOf(item);
  const whole = stringOf(container);
  if (whole !== undefined && text !== undefined) return whole.includes(text);
  const entries = entriesOf(container);
  if (entries !== undefined) return text !== undefined && entries.has(text);
  throw new TypeError(`"in" between ${item.type} and ${container.type}`);
}

function repeat(value: Value, times: Value): string | undefined {
  const text = stringOf(value);
  const count = numberOf(times);
  if (text === undefined || count === undefined) return undefined;
  if (text.length * count > maxRepeated) throw new RangeError(`a text repeated to more than ${maxRepeated} characters`);
  return text.repeat(Math.max(0, count));
}

/** Python's sign is the divisor's. */
function modulo(left: Value, right: Value): number | undefined {
  if (left.type !== "IntegerValue" || right.type !== "IntegerValue") return undefined;
  const [a, b] = [left.value as number, right.value as number];
  if (b === 0) throw new RangeError("modulo by zero");
  return a - b * Math.floor(a / b);
}
