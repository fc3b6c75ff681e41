import { ConstraintError } from "../../errors.ts";
import { Constraint } from "./constraint.ts";
import { FixedNode, type GrammarSymbol } from "./engine/node.ts";
import { type Expression, anyCharacter, both, choice, literal, repeat } from "./expressions/expression.ts";
import { readRegex } from "./read-regex.ts";
import { textTerminal } from "./terminals.ts";

/**
 * Texts that a regular expression (ECMAScript's, Unicode mode) matches from beginning to end.
 * @throws ConstraintError `INVALID_REGEX`, `UNSUPPORTED_REGEX`, `TOO_LARGE`, and `IMPOSSIBLE_REGEX` where it matches nothing
 */
export function constraintFromRegex(source: string): Constraint {
  const symbols = typeof source === "string" ? symbolsOf(readRegex(source, "whole")) : undefined;
  if (symbols !== undefined) return new Constraint(symbols);
  const what =
    typeof source === "string" ? "the regular expression matches no text" : "the regular expression is no text";
  throw new ConstraintError("IMPOSSIBLE_REGEX", `${what}: correct it`);
}

/** One of these texts. @throws ConstraintError `INVALID_CHOICES` */
export function constraintFromChoices(choices: readonly string[]): Constraint {
  if (!Array.isArray(choices) || choices.length === 0 || !choices.every((text) => typeof text === "string")) {
    throw new ConstraintError(
      "INVALID_CHOICES",
      "choices must be a list of texts that is not empty: give at least one",
    );
  }
  return new Constraint(symbolsOf(choice(choices.map((text) => literal(text.toWellFormed()))))!);
}

/** Exactly this text. */
export function constraintFromText(text: string): Constraint {
  return constraintFromChoices([text]);
}

/** One constraint after the other: `constraintSequence(constraintFromText("<call>"), arguments, …)`. */
export function constraintSequence(...parts: readonly Constraint[]): Constraint {
  return new Constraint(parts.flatMap(({ symbols }) => symbols));
}

/** Any one of them. @throws ConstraintError `INVALID_CHOICES` for none */
export function constraintChoice(...options: readonly Constraint[]): Constraint {
  if (options.length > 0) return new Constraint([new FixedNode(options.map(({ symbols }) => symbols))]);
  throw new ConstraintError("INVALID_CHOICES", "a choice of no constraints allows nothing: give at least one");
}

/** The constraint from `min` to `max` times; it must not allow the empty text. */
export function constraintRepeat(part: Constraint, min = 0, max = Infinity): Constraint {
  if (!(Number.isSafeInteger(min) && min >= 0 && min <= 1000 && max >= Math.max(min, 1))) {
    throw new ConstraintError("INVALID_REPEAT", `a constraint can't repeat from ${min} to ${max} times: use 0 to 1000`);
  }
  if (part.accepts("")) {
    throw new ConstraintError("INVALID_REPEAT", "a constraint that allows the empty text can't repeat: leave that out");
  }
  const rest = max === Infinity ? endlessly(part) : optional(part, Math.min(max - min, 1000));
  return new Constraint([...Array.from({ length: min }, () => part.symbols).flat(), ...rest]);
}

function endlessly({ symbols }: Constraint): GrammarSymbol[] {
  const alternatives: GrammarSymbol[][] = [[]];
  const node = new FixedNode(alternatives);
  alternatives.push([...symbols, node]);
  return [node];
}

function optional({ symbols }: Constraint, times: number): GrammarSymbol[] {
  let rest: GrammarSymbol[] = [];
  for (let i = 0; i < times; i++) rest = [new FixedNode([[], [...symbols, ...rest]])];
  return rest;
}

/** What reads the texts of an expression; undefined where there is none. */
export function symbolsOf(expression: Expression): readonly GrammarSymbol[] | undefined {
  if (!expression.nullable) {
    const terminal = textTerminal(expression);
    return terminal && [terminal];
  }
  const terminal = textTerminal(both([expression, repeat(anyCharacter, 1)]));
  return terminal === undefined ? [] : [new FixedNode([[], [terminal]])];
}
