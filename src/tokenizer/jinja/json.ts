import type { Value } from "./values.ts";
import { entriesOf, itemsOf, pythonNumber } from "./values.ts";

export interface JsonOptions {
  /** Spaces a level; none: on one line. */
  indent: number | undefined;
  ensureAscii: boolean;
  sortKeys: boolean;
  /** Between items, and after a key. */
  separators: [string, string];
}

/** Python's `json.dumps`, as transformers calls it for the filter `tojson`. */
export function toJson(value: Value, options: JsonOptions, depth = 0): string {
  const quoted = (text: string): string => {
    const json = JSON.stringify(text);
    if (!options.ensureAscii) return json;
    return json.replace(/[\x7f-\uffff]/g, (c) =>
      c === "\x7f" ? c : `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  };
  const enclose = (open: string, parts: string[], close: string): string => {
    const [between] = options.separators;
    if (parts.length === 0) return open + close;
    if (options.indent === undefined) return open + parts.join(between) + close;
    const outer = "\n" + " ".repeat(options.indent * depth);
    const inner = outer + " ".repeat(options.indent);
    return open + inner + parts.join(between + inner) + outer + close;
  };
  const inside = (item: Value): string => toJson(item, options, depth + 1);

  switch (value.type) {
    case "NullValue":
      return "null";
    case "BooleanValue":
      return value.value === true ? "true" : "false";
    case "StringValue":
      return quoted(value.value as string);
    case "IntegerValue":
    case "FloatValue":
      return pythonNumber(value).replace("nan", "NaN").replace("inf", "Infinity");
  }
  const items = itemsOf(value);
  if (items !== undefined) return enclose("[", items.map(inside), "]");
  const entries = entriesOf(value);
  if (entries === undefined) throw new TypeError(`a ${value.type} has no JSON`);
  let pairs = Array.from(entries);
  if (options.sortKeys) pairs = pairs.sort(([a], [b]) => (a < b ? -1 : 1));
  return enclose(
    "{",
    pairs.map(([key, item]) => quoted(key) + options.separators[1] + inside(item)),
    "}",
  );
}
