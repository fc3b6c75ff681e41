import { InvalidArgumentError } from "../../errors.ts";
import { constraintFromGrammar } from "./gbnf/gbnf.ts";
import { constraintFromJsonSchema } from "./json-schema/json-schema.ts";
import { constraintFromChoices, constraintFromRegex } from "./plain-constraints.ts";
import type { TextRule } from "./text-rule.ts";

/** What the text must be; at most one of them. */
export interface ConstraintOptions {
  /**
   * JSON that fulfils this schema (draft 2020-12): an object, `true` for any JSON. Where an object lists properties and
   * says nothing of others, there are no others: models would make them up.
   */
  readonly jsonSchema?: unknown;
  /** A text that this regular expression matches from beginning to end. */
  readonly regex?: string;
  /** One of these texts. */
  readonly choices?: readonly string[];
  /** A text of this grammar, in llama.cpp's GBNF. */
  readonly grammar?: string;
  /** A constraint made before, for many generations, or a rule of one's own. */
  readonly constraint?: TextRule;
}

const makers = {
  jsonSchema: (schema: unknown) => constraintFromJsonSchema(schema, { extraProperties: false }),
  regex: constraintFromRegex,
  choices: constraintFromChoices,
  grammar: constraintFromGrammar,
  constraint: (constraint: TextRule) => constraint,
};

/**
 * The constraint that options ask for; undefined for none.
 * @throws InvalidArgumentError for more than one; ConstraintError for one that can't be followed
 */
export function constraintOf(options: ConstraintOptions): TextRule | undefined {
  const names = Object.keys(makers) as (keyof typeof makers)[];
  const given = names.filter((name) => options[name] !== undefined);
  if (given.length > 1) {
    throw new InvalidArgumentError(`${given.join(" and ")} can't hold of one text together: give one of them`);
  }
  const [name] = given;
  return given.length === 0 ? undefined : (makers[name] as (value: unknown) => TextRule)(options[name]);
}
