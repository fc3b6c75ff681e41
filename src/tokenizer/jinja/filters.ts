/** Filters that the engine lacks, or that differ from Jinja's. */
import type { JsonOptions } from "./json.ts";
import { toJson } from "./json.ts";
import { selectionFilters } from "./selection.ts";
import { strip, textMethods } from "./text-methods.ts";
import type { Value } from "./values.ts";
import { entriesOf, isUndefined, itemsOf, numberOf, pythonText, stringOf } from "./values.ts";

export interface FilterArguments {
  positional: Value[];
  named: Map<string, Value>;
  /** A JavaScript value as the engine's. */
  wrap: (value: unknown) => Value;
  /** The result of another filter, by its name. */
  apply: (filter: string, value: Value) => Value;
}

/** An argument that may be missing. */
function nth(values: Value[], index: number): Value | undefined {
  return values[index];
}

export type Filter = (operand: Value, args: FilterArguments) => Value | undefined;

/** What a loop over the value visits; undefined: it isn't iterable. */
export function iterate(operand: Value, wrap: (value: unknown) => Value): Value[] | undefined {
  if (isUndefined(operand)) return [];
  const text = stringOf(operand);
  if (text !== undefined) return Array.from(text, wrap);
  const entries = entriesOf(operand);
  return entries === undefined ? itemsOf(operand) : Array.from(entries.keys(), wrap);
}

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
  [
    "reverse",
    (operand, { wrap }) => {
      const text = stringOf(operand);
      return text === undefined ? undefined : wrap(Array.from(text).reverse().join(""));
    },
  ],
  ["items", (operand, { wrap }) => (isUndefined(operand) ? wrap([]) : undefined)],
]);

/** Filters that take any value for its text. */
export const textFilters = new Set(["upper", "lower", "title", "replace", "indent"]);

/** Filters that read an undefined value as an empty list. */
export const listFilters = new Set(["sort", "unique", "reverse"]);
