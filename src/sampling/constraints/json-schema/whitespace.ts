import type { Terminal } from "../engine/terminal.ts";
import { type Expression, characters, choice, empty, literal, repeat, sequence } from "../expressions/expression.ts";
import { literalTerminal, textTerminal } from "../terminals.ts";

/** What stands between values. */
export interface Punctuation {
  readonly openObject: Terminal;
  readonly closeObject: Terminal;
  readonly openArray: Terminal;
  readonly closeArray: Terminal;
  readonly comma: Terminal;
  readonly colon: Terminal;
  readonly emptyObject: Terminal;
  readonly emptyArray: Terminal;
  /** A key that is known, with its colon. */
  key(name: string): Terminal;
}

const space = characters([0x20, 0x20]);
const newline = characters([0x0a, 0x0a]);
/** As printers write it: nothing, a space, or a new line and its indentation. */
const gap = choice([empty, space, sequence([newline, repeat(space, 0, 16)])]);
const afterColon = choice([empty, space]);

/** @param compact as `JSON.stringify` writes, without white space; otherwise with as much as models like to write */
export function punctuation(compact: boolean): Punctuation {
  const [around, after] = compact ? [empty, empty] : [gap, afterColon];
  const terminal = (...parts: readonly Expression[]) => textTerminal(sequence(parts))!;
  return {
    openObject: terminal(literal("{"), around),
    closeObject: terminal(around, literal("}")),
    openArray: terminal(literal("["), around),
    closeArray: terminal(around, literal("]")),
    comma: terminal(literal(","), around),
    colon: terminal(literal(":"), after),
    emptyObject: literalTerminal("{}"),
    emptyArray: literalTerminal("[]"),
    key: (name) => terminal(literal(`${JSON.stringify(name)}:`), after),
  };
}
