/** Filters that the engine lacks, or that differ from Jinja's. */
import type { Filter, FilterArguments } from "./filter.ts";
import type { JsonOptions } from "./json.ts";
import { toJson } from "./json.ts";
import { selectionFilters } from "./selection.ts";
import { strip, textMethods } from "./text-methods.ts";
import type { Value } from "./values.ts";
import { entriesOf, isUndefined, keyOf, itemsOf, numberOf, pythonText, stringOf, iterate } from "./values.ts";

/** An argument that may be missing. */
function nth(values: Value[], index: number): Value | undefined {
  return values[index];
}

/** A dictionary's items: tuples of key and value, in the order that `compare` gives their keys. */
export function pairsOf(
  operand: Value,
  wrap: (value: unknown) => Value,
  compare?: (a: Value, b: Value) => number,
): Value {
  const pairs = Array.from(entriesOf(operand) ?? [], ([key, value]) => [keyOf(operand, key, wrap), value]);
  if (compare !== undefined) pairs.sort((a, b) => compare(a[0], b[0]));
  return wrap(pairs.map((pair) => Object.assign(wrap(pair), { type: "TupleValue" })));
}

const items: Filter = (operand, { wrap }) => {
  if (entriesOf(operand) === undefined && !isUndefined(operand)) throw new TypeError("only a dictionary has items");
  return pairsOf(operand, wrap);
};

/** Sorted by key, as `dictsort` without arguments does. */
const dictsort: Filter = (operand, { positional, named, wrap }) => {
  if (positional.length > 0 || named.size > 0 || entriesOf(operand) === undefined) return undefined;
  const order = (key: Value): string | number => numberOf(key) ?? pythonText(key).toLowerCase();
  return pairsOf(operand, wrap, (a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
};

const iterated =
  (pick: (items: Value[], args: FilterArguments) => unknown): Filter =>
  (operand, args) => {
    const items = iterate(operand, args.wrap);
    return items === undefined ? undefined : args.wrap(pick(items, args));
  };

function tojson(operand: Value, { positional, named, wrap }: FilterArguments): Value {
  const names = ["ensure_ascii", "indent", "separators", "sort_keys"];
  const argument = (name: string): Value | undefined => named.get(name) ?? nth(positional, names.indexOf(name));
  const given = (name: string): unknown => argument(name)?.value ?? undefined;
  const indent = given("indent") as number | undefined;
  const separators = itemsOf(argument("separators") ?? operand);
  const options: JsonOptions = {
    indent,
    ensureAscii: given("ensure_ascii") === true,
    sortKeys: given("sort_keys") === true,
    separators: [indent === undefined ? ", " : ",", ": "],
  };
  if (given("separators") !== undefined && separators?.length === 2) {
    options.separators = [pythonText(separators[0]), pythonText(separators[1])];
  }
  return wrap(toJson(operand, options));
}

function trim(operand: Value, { positional, named, wrap }: FilterArguments): Value {
  const characters = named.get("chars") ?? nth(positional, 0);
  return wrap(strip(pythonText(operand), characters === undefined ? undefined : stringOf(characters), true, true));
}

function join(items: Value[], { positional, named }: FilterArguments): string {
  const separator = nth(positional, 0) ?? named.get("d");
  const attribute = named.get("attribute") ?? nth(positional, 1);
  const texts = items.map((item) => {
    if (attribute === undefined) return pythonText(item);
    const found = entriesOf(item)?.get(pythonText(attribute));
    return found === undefined ? "" : pythonText(found);
  });
  return texts.join(separator === undefined ? "" : pythonText(separator));
}

/** The first item that none is better than; undefined: there are no items. */
function extreme(items: Value[], better: (a: string | number, b: string | number) => boolean): Value | undefined {
  const key = (item: Value): string | number => numberOf(item) ?? pythonText(item).toLowerCase();
  return items.reduce<Value | undefined>(
    (best, item) => (best === undefined || better(key(item), key(best)) ? item : best),
    undefined,
  );
}

function int(operand: Value, { wrap }: FilterArguments): Value | undefined {
  return operand.type === "FloatValue" ? wrap(Math.trunc(numberOf(operand)!)) : undefined;
}

/** Gives the filter's result, or undefined to leave it to the engine. */
export const filters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ...selectionFilters,
  ["tojson", tojson],
  ["trim", trim],
  ["string", (operand, { wrap }) => wrap(pythonText(operand))],
  ["capitalize", (operand, { wrap }) => wrap(textMethods.get("capitalize")!(pythonText(operand)))],
  ["int", int],
  ["list", iterated((items) => items)],
  ["first", iterated((items) => items.at(0))],
  ["last", iterated((items) => items.at(-1))],
  ["length", iterated((items) => items.length)],
  ["count", iterated((items) => items.length)],
  ["join", iterated(join)],
  ["min", iterated((items) => extreme(items, (a, b) => a < b))],
  ["max", iterated((items) => extreme(items, (a, b) => a > b))],
  ["sum", iterated((items) => items.reduce((sum, item) => sum + (numberOf(item) ?? NaN), 0))],
  [
    "reverse",
    (operand, { wrap }) => {
      const text = stringOf(operand);
      return text === undefined ? undefined : wrap(Array.from(text).reverse().join(""));
    },
  ],
  ["items", items],
  ["dictsort", dictsort],
]);

/** Filters that take any value for its text. */
export const textFilters = new Set(["upper", "lower", "title", "replace", "indent"]);

/** Filters that read an undefined value as an empty list. */
export const listFilters = new Set(["sort", "unique", "reverse"]);
