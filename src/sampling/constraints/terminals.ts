import { CountedString } from "./engine/counted-string.ts";
import { type Terminal, TableTerminal } from "./engine/terminal.ts";
import { automatonOf } from "./expressions/automaton.ts";
import { byteTable } from "./expressions/byte-table.ts";
import type { Expression } from "./expressions/expression.ts";
import { literal } from "./expressions/expression.ts";

const texts = new WeakMap<Expression, { readonly terminal: Terminal | undefined }>();
const strings = new WeakMap<Expression, { readonly terminal: Terminal | undefined }>();

/** Reads the texts of an expression, of which the empty one must not be one; undefined where there is none. */
export function textTerminal(expression: Expression): Terminal | undefined {
  let known = texts.get(expression);
  if (known === undefined) {
    const automaton = automatonOf(expression);
    const terminal = automaton && new TableTerminal(byteTable(automaton, "utf8"));
    texts.set(expression, (known = { terminal }));
  }
  return known.terminal;
}

/** Reads a string in JSON, quotation marks included, whose value belongs to the expression. */
export function stringTerminal(expression: Expression): Terminal | undefined {
  let known = strings.get(expression);
  if (known === undefined) {
    const automaton = automatonOf(expression);
    const terminal = automaton && new TableTerminal(byteTable(automaton, "json"));
    strings.set(expression, (known = { terminal }));
  }
  return known.terminal;
}

/** Reads exactly this text, which is not empty. */
export function literalTerminal(text: string): Terminal {
  return textTerminal(literal(text))!;
}

const counted = new Map<string, Terminal>();

/** Reads a string in JSON of so many characters. */
export function countedStringTerminal(min: number, max: number): Terminal {
  const key = `${min},${max}`;
  let terminal = counted.get(key);
  if (terminal === undefined) {
    if (counted.size > 1000) counted.clear();
    counted.set(key, (terminal = new CountedString(min, max)));
  }
  return terminal;
}
