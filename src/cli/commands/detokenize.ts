import type { Command } from "commander";
import { arrayOf, isTokenList, readJson } from "../input.ts";
import { openTokenizer } from "../open-tokenizer.ts";
import { addExamples, fileArgument } from "../options.ts";
import { writeJson } from "../output.ts";

/** `pellucid detokenize`: a JSON array of arrays of token ids → a JSON array of strings. */
export function define(command: Command): void {
  command.argument("[MODEL]", fileArgument).option("--json", "JSON is what it prints anyway");
  addExamples(command, `echo '[[1, 2, 3]]' | pellucid detokenize model.gguf`).action(run);
}

async function run(model: string | undefined): Promise<void> {
  const tokenizer = await openTokenizer(model);
  const lists = arrayOf(await readJson(), isTokenList, "a JSON array of arrays of token ids");
  await writeJson(lists.map((tokens) => tokenizer.detokenize(tokens)));
}
