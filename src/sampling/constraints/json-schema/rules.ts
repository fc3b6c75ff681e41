import type { GrammarNode } from "../engine/node.ts";
import type { Terminal } from "../engine/terminal.ts";
import type { LiteralSet } from "./literals.ts";
import type { SchemaRefiner } from "./refine.ts";
import type { Punctuation } from "./whitespace.ts";

/** What values look like that fulfil a set of schemas. */
export interface Rule extends GrammarNode {
  /** What reads them where they are no arrays or objects, or listed one by one. */
  readonly terminals: readonly Terminal[];
  /** Whether arrays and objects are among them. */
  readonly isDeep: boolean;
  /** Whether there is such a value, of finite size; known when all rules are. */
  readonly productive: boolean;
}

/** The rules of one schema: one for each set of schemas that a value must fulfil. */
export interface Rules {
  readonly refiner: SchemaRefiner;
  readonly punctuation: Punctuation;
  /** Whether objects may have keys that the schema does not speak of. */
  readonly extra: boolean;
  /** @param canonical numbers are written in one way only */
  ruleOf(set: LiteralSet, canonical?: boolean): Rule;
}
