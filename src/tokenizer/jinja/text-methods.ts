/** Methods of Python's `str` that templates use, where the engine's are missing or ignore arguments. */

/** What Python's `str.strip()` takes off. */
const whitespace =
  "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028" +
  "\u2029\u202f\u205f\u3000";

/** `str.strip`, on the sides that are asked for. `characters` is a set, not a prefix. */
export function strip(text: string, characters: string | undefined, left: boolean, right: boolean): string {
  const set = new Set(characters ?? whitespace);
  const points = Array.from(text);
  let start = 0;
  let end = points.length;
  if (left) while (start < end && set.has(points[start])) start++;
  if (right) while (end > start && set.has(points[end - 1])) end--;
  return points.slice(start, end).join("");
}

/** Occurrences that don't overlap. */
function count(text: string, part: string): number {
  return part === "" ? Array.from(text).length + 1 : text.split(part).length - 1;
}

/** The code point at which `part` begins; −1: it isn't there. */
function find(text: string, part: string, unit = text.indexOf(part)): number {
  return unit < 0 ? -1 : Array.from(text.slice(0, unit)).length;
}

function capitalize(text: string): string {
  const [first = "", ...rest] = Array.from(text);
  return first.toUpperCase() + rest.join("").toLowerCase();
}

function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** `str.rsplit` with a separator. */
function splitFromRight(text: string, separator: string, limit: number): string[] {
  const parts = text.split(separator);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  const cut = parts.length - limit;
  return [parts.slice(0, cut).join(separator), ...parts.slice(cut)];
}

/** `str.format` with `{}` and `{0}`. */
function format(text: string, ...values: unknown[]): string {
  let next = 0;
  return text.replace(/\{\{|\}\}|\{(\d*)\}/g, (mark, index: string | undefined) => {
    if (index === undefined) return mark[0];
    const value = values[index === "" ? next++ : Number(index)];
    if (typeof value !== "string" && typeof value !== "number") throw new TypeError("format() takes texts and numbers");
    return String(value);
  });
}

type Method = (text: string, ...values: unknown[]) => string | number | boolean | string[];

const asText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** The methods by name; arguments are plain JavaScript values. */
export const textMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["strip", (text, characters) => strip(text, asText(characters), true, true)],
  ["lstrip", (text, characters) => strip(text, asText(characters), true, false)],
  ["rstrip", (text, characters) => strip(text, asText(characters), false, true)],
  ["capitalize", capitalize],
  ["count", (text, part) => count(text, String(part))],
  ["find", (text, part) => find(text, String(part))],
  ["rfind", (text, part) => find(text, String(part), text.lastIndexOf(String(part)))],
  ["format", format],
  ["isdigit", (text) => /^[0-9]+$/.test(text)],
  ["removeprefix", (text, part) => (text.startsWith(String(part)) ? text.slice(String(part).length) : text)],
  [
    "removesuffix",
    (text, part) => (part !== "" && text.endsWith(String(part)) ? text.slice(0, -String(part).length) : text),
  ],
  ["rsplit", (text, separator, limit = -1) => splitFromRight(text, String(separator), Number(limit))],
  ["splitlines", splitLines],
]);
