import type { Command } from "commander";
import { perplexity } from "../../index.ts";
import { UsageError } from "../errors.ts";
import { readText } from "../input.ts";
import { interruptible } from "../interrupt.ts";
import { loadFor } from "../load.ts";
import { type ModelFlags, addExamples, addModelOptions, wholeNumber } from "../options.ts";
import { writeJson } from "../output.ts";
import { tokenProgress } from "../progress-line.ts";

interface Flags extends ModelFlags {
  readonly file?: string;
  readonly context: number;
}

/** `pellucid perplexity`: how surprised a model is by a text. */
export function define(command: Command): void {
  addModelOptions(command)
    .option("--file <F>", "the text, UTF-8; - is standard input")
    .option("--context <N>", "tokens in a window; each starts from an empty cache", wholeNumber(2), 512)
    .option("--json", "JSON is what it prints anyway");
  addExamples(command, "pellucid perplexity model.gguf --file LICENSE --context 256").action(run);
}

async function run(source: string | undefined, { file, context: window, ...flags }: Flags): Promise<void> {
  if (file === undefined) throw new UsageError("name the text with --file");
  const text = await readText(file);
  const { signal, release } = interruptible();
  const { model } = await loadFor(source, flags, signal);
  try {
    const {
      tokens,
      meanNll,
      perplexity: value,
    } = await perplexity(model.loaded, model.tokenizer.encode(text), {
      window,
      signal,
      onProgress: tokenProgress(),
    });
    await writeJson({ tokens, mean_nll: meanNll, perplexity: value });
  } finally {
    release();
    await model.close();
  }
}
