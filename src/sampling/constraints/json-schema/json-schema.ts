import { ConstraintError } from "../../../errors.ts";
import { Constraint } from "../constraint.ts";
import { SchemaDocument } from "./document.ts";
import { copyOf } from "./json.ts";
import { type LiteralSet, literalSet, positive } from "./literals.ts";
import { SchemaRefiner } from "./refine.ts";
import type { Rule, Rules } from "./rules.ts";
import { ValueRule } from "./value-rule.ts";
import { type Punctuation, punctuation } from "./whitespace.ts";

export interface JsonSchemaOptions {
  /** Whether `format` must hold. Default true; otherwise it is a note. */
  readonly formats?: boolean;
  /** `"flexible"`, the default: at most a space or a new line with its indentation between values. `"none"`. */
  readonly whitespace?: "flexible" | "none";
  /**
   * Whether objects that list properties may have others, where the schema says nothing of them. Default true, as JSON
   * Schema has it. With false they are left out wherever the schema can do without.
   */
  readonly extraProperties?: boolean;
}

/** A schema that needs more rules is refused. */
const mostRules = 5000;

/**
 * Texts in JSON that fulfil a schema (draft 2020-12): every text that it allows is valid, and ends. Named properties come
 * in the schema's order.
 * @param schema an object, `true` or `false`; it is copied as JSON
 * @throws ConstraintError before anything is generated, with the JSON pointer of what can't be followed exactly:
 * `INVALID_SCHEMA`, `UNSUPPORTED_SCHEMA`, `UNRESOLVED_REFERENCE`, `ENDLESS_REFERENCE`, `INVALID_REGEX`,
 * `UNSUPPORTED_REGEX`, `TOO_LARGE`, `TOO_COMPLEX`, and `IMPOSSIBLE_SCHEMA` where no value fulfils it
 */
export function constraintFromJsonSchema(schema: unknown, options: JsonSchemaOptions = {}): Constraint {
  const { formats = true, whitespace = "flexible", extraProperties = true } = options;
  const document = new SchemaDocument(readSchema(schema));
  const refiner = new SchemaRefiner(document, formats);
  const marks = punctuation(whitespace === "none");
  const root =
    rootRule(refiner, marks, extraProperties) ?? (extraProperties ? undefined : rootRule(refiner, marks, true));
  if (root !== undefined) return new Constraint([root]);
  const what = "no value fulfils the schema: parts of it exclude each other, or it goes on without end";
  throw new ConstraintError("IMPOSSIBLE_SCHEMA", `${what}; loosen it`, "");
}

/** The rule for the whole; undefined where there is no value. */
function rootRule(refiner: SchemaRefiner, marks: Punctuation, extra: boolean): Rule | undefined {
  const known = new Map<string, ValueRule>();
  const pending: ValueRule[] = [];
  const rules: Rules = {
    refiner,
    punctuation: marks,
    extra,
    ruleOf(set: LiteralSet, canonical = false) {
      const key = canonical ? `!${set.key}` : set.key;
      let rule = known.get(key);
      if (rule === undefined) {
        if (known.size >= mostRules) {
          const what = `the schema needs more than ${mostRules} rules`;
          throw new ConstraintError("TOO_COMPLEX", `${what}: use fewer of allOf, anyOf, oneOf and not`);
        }
        known.set(key, (rule = new ValueRule(set, canonical)));
        pending.push(rule);
      }
      return rule;
    },
  };
  const root = rules.ruleOf(literalSet([positive(refiner.document.root)]));
  for (let rule = pending.pop(); rule !== undefined; rule = pending.pop()) rule.build(rules);
  const all = [...known.values()];
  for (const rule of all) rule.check();
  for (let changed = true; changed;) changed = all.filter((rule) => rule.update()).length > 0;
  return root.productive ? root : undefined;
}

function readSchema(schema: unknown): NonNullable<ReturnType<typeof copyOf>> {
  let reason = `${typeof schema} is none`;
  try {
    const copy = copyOf(schema);
    if (copy !== undefined && copy !== null) return copy;
  } catch (error) {
    reason = (error as Error).message.split("\n")[0];
  }
  throw new ConstraintError("INVALID_SCHEMA", `the schema is not JSON (${reason}): give an object, true or false`, "");
}
