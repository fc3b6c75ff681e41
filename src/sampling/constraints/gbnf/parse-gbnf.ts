/** Grammars as llama.cpp writes them. Source: llama.cpp 0c1e570, grammars/README.md and llama-grammar.cpp. */
import { ConstraintError } from "../../../errors.ts";
import { type CodePointRanges, complement, everyCodePoint, union } from "../expressions/code-points.ts";

export type GbnfTree =
  | { readonly kind: "set"; readonly set: CodePointRanges }
  | { readonly kind: "rule"; readonly name: string }
  | { readonly kind: "sequence" | "choice"; readonly items: readonly GbnfTree[] }
  | { readonly kind: "repeat"; readonly item: GbnfTree; readonly min: number; readonly max: number };

/** More repetitions than this are refused, or as a maximum count as none. */
const mostRepetitions = 2000;
const deepest = 200;

/** @throws ConstraintError `INVALID_GRAMMAR`, `UNSUPPORTED_GRAMMAR` */
export function parseGbnf(source: string): ReadonlyMap<string, GbnfTree> {
  const text = Array.from(source);
  const rules = new Map<string, GbnfTree>();
  let at = 0;
  let depth = 0;

  const fail = (expected: string, code = "INVALID_GRAMMAR"): never => {
    const before = text.slice(0, at);
    const line = before.filter((character) => character === "\n").length + 1;
    const column = at - before.lastIndexOf("\n");
    const found = at < text.length ? JSON.stringify(text.slice(at, at + 20).join("")) : "the end";
    throw new ConstraintError(code, `line ${line}, column ${column} of the grammar: ${expected}, at ${found}`);
  };
  const take = (expected: string): boolean => {
    if (text.slice(at, at + expected.length).join("") !== expected) return false;
    at += expected.length;
    return true;
  };
  const skipSpace = (newlines: boolean): void => {
    for (; at < text.length; at++) {
      if (text[at] === "#") while (at + 1 < text.length && !/[\r\n]/.test(text[at + 1])) at++;
      else if (!(newlines ? /[ \t\r\n]/ : /[ \t]/).test(text[at])) break;
    }
  };
  const takeWhile = (pattern: RegExp): string => {
    const start = at;
    while (at < text.length && pattern.test(text[at])) at++;
    return text.slice(start, at).join("");
  };
  const number = (): number => Number(takeWhile(/\d/) || fail("a number is expected"));

  function choice(nested: boolean): GbnfTree {
    if (++depth > deepest) fail(`groups are nested more than ${deepest} deep`);
    const items = [sequence(nested)];
    while (take("|")) {
      skipSpace(true);
      items.push(sequence(nested));
    }
    depth--;
    return items.length === 1 ? items[0] : { kind: "choice", items };
  }

  function sequence(nested: boolean): GbnfTree {
    const items: GbnfTree[] = [];
    for (let item = symbol(); item !== undefined; item = symbol()) {
      skipSpace(nested);
      items.push(repeated(item, nested));
    }
    return { kind: "sequence", items };
  }

  function symbol(): GbnfTree | undefined {
    if (take('"')) {
      const items: GbnfTree[] = [];
      while (!take('"')) items.push(single(character()));
      return { kind: "sequence", items };
    }
    if (take("[")) return bracket();
    if (take(".")) return { kind: "set", set: everyCodePoint };
    if (take("(")) {
      skipSpace(true);
      const item = choice(true);
      if (!take(")")) fail('")" is expected');
      return item;
    }
    if (text[at] === "<" || text[at] === "!") fail("tokens can't be named: write their text", "UNSUPPORTED_GRAMMAR");
    const name = takeWhile(/[a-zA-Z0-9-]/);
    return name === "" ? undefined : { kind: "rule", name };
  }

  function bracket(): GbnfTree {
    const negated = take("^");
    const runs: number[] = [];
    while (!take("]")) {
      const first = character();
      const isRange = text[at] === "-" && text[at + 1] !== "]";
      if (isRange) at++;
      const last = isRange ? character() : first;
      if (last < first) fail("a range must ascend");
      runs.push(first, last);
    }
    const outside = complement(union(runs));
    return { kind: "set", set: negated ? outside : complement(outside) };
  }

  function character(): number {
    if (at >= text.length) fail("the end comes too early");
    const first = text[at++];
    if (first !== "\\") return first.codePointAt(0)!;
    const letter = text[at++] ?? "";
    const length = { x: 2, u: 4, U: 8 }[letter];
    if (length !== undefined) {
      const digits = text.slice(at, at + length).join("");
      const code = parseInt(digits, 16);
      if (!new RegExp(`^[\\da-fA-F]{${length}}$`).test(digits) || code > 0x10ffff) fail("a code point is expected");
      at += length;
      return code;
    }
    const control = { t: 9, r: 13, n: 10 }[letter];
    if (control !== undefined) return control;
    if (!'\\"[]-'.includes(letter) || letter === "") fail("an unknown escape is before this");
    return letter.codePointAt(0)!;
  }

  function repeated(item: GbnfTree, nested: boolean): GbnfTree {
    let result = item;
    for (let bounds = repetition(nested); bounds !== undefined; bounds = repetition(nested)) {
      const [min, max] = bounds;
      if (min > mostRepetitions) fail(`at most ${mostRepetitions} repetitions are possible`);
      result = { kind: "repeat", item: result, min, max: max > mostRepetitions ? Infinity : max };
      skipSpace(nested);
    }
    return result;
  }

  function repetition(nested: boolean): readonly [number, number] | undefined {
    if (take("*")) return [0, Infinity];
    if (take("+")) return [1, Infinity];
    if (take("?")) return [0, 1];
    if (!take("{")) return undefined;
    skipSpace(nested);
    const min = number();
    skipSpace(nested);
    let max = min;
    if (take(",")) {
      skipSpace(nested);
      max = /\d/.test(text[at] ?? "") ? number() : Infinity;
      skipSpace(nested);
    }
    if (!take("}")) fail('"}" is expected');
    if (max < min) fail("the most repetitions are fewer than the least");
    return [min, max];
  }

  skipSpace(true);
  while (at < text.length) {
    const name = takeWhile(/[a-zA-Z0-9-]/) || fail("the name of a rule is expected");
    skipSpace(false);
    if (!take("::=")) fail('"::=" is expected');
    skipSpace(true);
    rules.set(name, choice(false));
    if (at < text.length && !/[\r\n]/.test(text[at])) fail("the end of the line is expected");
    skipSpace(true);
  }
  return rules;
}

function single(code: number): GbnfTree {
  return { kind: "set", set: complement(complement([code, code])) };
}
