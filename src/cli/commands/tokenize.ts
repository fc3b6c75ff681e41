import type { Command } from "commander";
import { arrayOf, readJson } from "../input.ts";
import { openTokenizer } from "../open-tokenizer.ts";
import { addExamples, fileArgument } from "../options.ts";
import { writeJson } from "../output.ts";

/** `pellucid tokenize`: a JSON array of strings → a JSON array of arrays of token ids. */
export function define(command: Command): void {
  command
    .argument("[MODEL]", fileArgument)
    .option("--special", "add BOS and EOS as the model asks, and read special tokens such as <|im_start|> as tokens")
    .option("--json", "JSON is what it prints anyway");
  addExamples(command, `echo '["Hello", "world"]' | pellucid tokenize model.gguf`).action(run);
}

async function run(model: string | undefined, { special = false }: { special?: boolean }): Promise<void> {
  const tokenizer = await openTokenizer(model);
  const isString = (item: unknown): item is string => typeof item === "string";
  const texts = arrayOf(await readJson(), isString, "a JSON array of strings");
  await writeJson(texts.map((text) => tokenizer.encode(text, { addSpecial: special, parseSpecial: special })));
}
