import { type Terminal, TableTerminal } from "../engine/terminal.ts";
import { explore } from "../expressions/automaton.ts";
import { byteTable } from "../expressions/byte-table.ts";
import { type NumberRange, numberMachine } from "./number-machine.ts";

const known = new Map<string, Terminal | undefined>();

/** Reads a number of the range, as JavaScript writes it (zeros may end its fraction); undefined where there is none. */
export function numberTerminal(range: NumberRange): Terminal | undefined {
  const { min, max, integer, multiples, notMultiples, canonical } = range;
  const key = JSON.stringify([String(min), String(max), integer, multiples, notMultiples, canonical]);
  if (known.has(key)) return known.get(key);
  const automaton = min <= max ? explore(numberMachine(range)) : undefined;
  const terminal = automaton && new TableTerminal(byteTable(automaton, "utf8"));
  if (known.size > 1000) known.clear();
  known.set(key, terminal);
  return terminal;
}
