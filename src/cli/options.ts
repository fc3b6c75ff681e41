import { type Command, InvalidArgumentError, Option } from "commander";
import type { Precision } from "../index.ts";

/** How a model is to be loaded. */
export interface ModelFlags {
  readonly threads?: number;
  readonly precision?: Precision;
  readonly kernels?: "reference" | "wasm";
}

/** The argument MODEL and the options of every command that computes. */
export function addModelOptions(command: Command): Command {
  return addPlaceOptions(
    command.argument(
      "[MODEL]",
      "path, hf:OWNER/REPO/FILE.gguf or URL of a GGUF file (default: the built-in storyteller)",
    ),
  );
}

/** What the argument MODEL is where no weights are needed. */
export const fileArgument =
  "path, hf: name or URL of a GGUF file, of which only the metadata are read (default: the built-in storyteller)";

/** The options alone, for commands that take several models. */
export function addPlaceOptions(command: Command): Command {
  return command
    .option("--threads <N>", "threads to compute with (default: one for each core)", wholeNumber(1))
    .addOption(new Option("--precision <P>", "f32 is exact, int8 is fast (default: int8)").choices(["f32", "int8"]))
    .addOption(
      new Option("--kernels <K>", "what computes; both give the same (default: wasm, where it can)").choices([
        "reference",
        "wasm",
      ]),
    );
}

/** Reads a whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : NaN;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
  };
}

/** Reads a number in a range. */
export function number(least: number, most = Infinity): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? NaN : Number(text);
    if (Number.isFinite(value) && value >= least && value <= most) return value;
    if (most < Infinity) throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
    throw new InvalidArgumentError(
      least > -Infinity ? `It must be a number of at least ${least}.` : "It must be a number.",
    );
  };
}

/** Reads token ids, `1,2,3`. */
export function tokenList(text: string): number[] {
  const read = wholeNumber(0);
  const parts = text.split(",");
  try {
    return parts.map(read);
  } catch {
    throw new InvalidArgumentError("It must be token ids with commas between them, such as 1,2,3.");
  }
}

/** Reads a moment, `2026-11-20T09:30`. */
export function moment(text: string): Date {
  const date = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError("It must be a time such as 2026-11-20T09:30:00.");
}

/** Collects an option that may be given several times. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** The examples at the end of a command's help. */
export function addExamples(command: Command, ...examples: string[]): Command {
  return command.addHelpText("after", `\nExamples:\n${examples.map((example) => `  ${example}`).join("\n")}`);
}
