import { type Command, Option } from "commander";
import type { ConstraintOptions } from "../index.ts";
import { UsageError } from "./errors.ts";
import { readText } from "./input.ts";
import { collect } from "./options.ts";

/** What the output must be. */
export interface ConstraintFlags {
  readonly jsonSchema?: string;
  readonly regex?: string;
  readonly choice?: string[];
  readonly grammar?: string;
}

export function addConstraintOptions(command: Command): Command {
  const kinds = ["jsonSchema", "regex", "choice", "grammar"];
  const option = (flags: string, text: string, own: string) =>
    new Option(flags, text).conflicts(kinds.filter((kind) => kind !== own));
  return command
    .optionsGroup("Structured output:")
    .addOption(
      option("--json-schema <F>", "answer in JSON that fulfils this schema: a file, or the JSON itself", "jsonSchema"),
    )
    .addOption(option("--regex <R>", "answer with a text that this regular expression matches whole", "regex"))
    .addOption(
      option("--choice <TEXT>", "answer with this text or another that is given so", "choice").argParser(collect),
    )
    .addOption(option("--grammar <F>", "answer with a text of the grammar (GBNF) in this file", "grammar"));
}

/** The constraint that flags ask for. @throws CommandError, UsageError */
export async function constraintOfFlags({
  jsonSchema,
  regex,
  choice,
  grammar,
}: ConstraintFlags): Promise<ConstraintOptions> {
  return {
    ...(jsonSchema !== undefined && { jsonSchema: await readSchema(jsonSchema) }),
    ...(regex !== undefined && { regex }),
    ...(choice !== undefined && { choices: choice }),
    ...(grammar !== undefined && { grammar: await readText(grammar) }),
  };
}

async function readSchema(source: string): Promise<unknown> {
  const isText = /^\s*(\{|true\s*$|false\s*$)/.test(source);
  const text = isText ? source : await readText(source);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const where = isText ? "--json-schema" : source;
    throw new UsageError(`${where} is not valid JSON: ${(error as Error).message}`);
  }
}
