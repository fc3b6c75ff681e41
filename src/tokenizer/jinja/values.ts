/** Values of the template engine, seen from outside, and how Python prints and compares them. */

/** The engine's classes aren't exported, but each value says its type. */
export interface Value {
  readonly type: string;
  readonly value: unknown;
  readonly builtins: ReadonlyMap<string, Value>;
  /** Of a dictionary with keys that are no strings: the keys, by their text, which the engine knows them by. */
  readonly keys?: unknown;
  __bool__(): { readonly value: boolean };
}

export function isUndefined(value: Value): boolean {
  return value.type === "UndefinedValue";
}

export function isNone(value: Value): boolean {
  return value.type === "NullValue";
}

/** The text of a string. */
export function stringOf(value: Value): string | undefined {
  return value.type === "StringValue" ? (value.value as string) : undefined;
}

/** The items of a list or tuple. */
export function itemsOf(value: Value): Value[] | undefined {
  return value.type === "ArrayValue" || value.type === "TupleValue" ? (value.value as Value[]) : undefined;
}

/** The entries of a dictionary. */
export function entriesOf(value: Value): Map<string, Value> | undefined {
  return value.type === "ObjectValue" ? (value.value as Map<string, Value>) : undefined;
}

/** The key that the engine knows by its text. */
export function keyOf(dictionary: Value, text: string, wrap: (value: unknown) => Value): Value {
  return (dictionary.keys instanceof Map ? (dictionary.keys as Map<string, Value>).get(text) : undefined) ?? wrap(text);
}

/** What a loop over the value visits; undefined: it isn't iterable. */
export function iterate(operand: Value, wrap: (value: unknown) => Value): Value[] | undefined {
  if (isUndefined(operand)) return [];
  const text = stringOf(operand);
  if (text !== undefined) return Array.from(text, wrap);
  const entries = entriesOf(operand);
  return entries === undefined ? itemsOf(operand) : Array.from(entries.keys(), (key) => keyOf(operand, key, wrap));
}

/** A number; true and false count as 1 and 0, as in Python. */
export function numberOf(value: Value): number | undefined {
  switch (value.type) {
    case "IntegerValue":
    case "FloatValue":
      return value.value as number;
    case "BooleanValue":
      return value.value === true ? 1 : 0;
    default:
      return undefined;
  }
}

/** Python's `str(value)`; an undefined value is empty. */
export function pythonText(value: Value): string {
  return stringOf(value) ?? (isUndefined(value) ? "" : pythonRepr(value));
}

/** Python's `repr(value)`. */
export function pythonRepr(value: Value): string {
  switch (value.type) {
    case "NullValue":
      return "None";
    case "UndefinedValue":
      return "Undefined";
    case "BooleanValue":
      return value.value === true ? "True" : "False";
    case "IntegerValue":
    case "FloatValue":
      return pythonNumber(value);
    case "StringValue":
      return quote(value.value as string);
    case "ArrayValue":
      return `[${(value.value as Value[]).map(pythonRepr).join(", ")}]`;
    case "TupleValue": {
      const items = (value.value as Value[]).map(pythonRepr);
      return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
    }
    case "ObjectValue": {
      const entries = Array.from(value.value as Map<string, Value>);
      return `{${entries.map(([key, item]) => `${quote(key)}: ${pythonRepr(item)}`).join(", ")}}`;
    }
    default:
      throw new TypeError(`a ${value.type} can't be printed`);
  }
}

/** A number as Python prints it: 1.0 for a float, exponents with a sign and two digits. */
export function pythonNumber(value: Value): string {
  const number = value.value as number;
  if (value.type === "IntegerValue") return Math.abs(number) < 1e21 ? number.toString() : BigInt(number).toString();
  if (!Number.isFinite(number)) return Number.isNaN(number) ? "nan" : number < 0 ? "-inf" : "inf";
  if (Object.is(number, -0)) return "-0.0";
  const size = Math.abs(number);
  if (size === 0 || (size >= 1e-4 && size < 1e16)) {
    return Number.isInteger(number) ? `${number}.0` : number.toString();
  }
  return number.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}

function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inside = text.replace(/[\\\n\r\t\x00-\x1f\x7f-\xa0\xad]|'/g, (character) => {
    if (character === "'") return mark === "'" ? "\\'" : "'";
    const short: Partial<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
    return short[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return mark + inside + mark;
}

/** Python's `==`. */
export function pythonEquals(a: Value, b: Value): boolean {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined || y !== undefined) return x === y;
  const [items, others] = [itemsOf(a), itemsOf(b)];
  if (items !== undefined && others !== undefined) {
    if (a.type !== b.type || items.length !== others.length) return false;
    return items.every((item, i) => pythonEquals(item, others[i]));
  }
  const [entries, otherEntries] = [entriesOf(a), entriesOf(b)];
  if (entries !== undefined && otherEntries !== undefined) {
    if (entries.size !== otherEntries.size) return false;
    return Array.from(entries).every(([key, item]) => {
      const other = otherEntries.get(key);
      return other !== undefined && pythonEquals(item, other);
    });
  }
  return a.type === b.type && a.value === b.value;
}
