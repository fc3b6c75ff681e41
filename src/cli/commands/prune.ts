import { resolve } from "node:path";
import { type Command, Option } from "commander";
import type { PruneProgress } from "../../compress/index.ts";
import { UsageError } from "../errors.ts";
import { localModel } from "../fetch-model.ts";
import { interruptible } from "../interrupt.ts";
import { addExamples, addPlaceOptions, number, wholeNumber } from "../options.ts";
import { write, writeJson } from "../output.ts";
import { reportAsText } from "../prune-report.ts";
import { type PruneFlags, pruneAndReport } from "../prune-run.ts";

/** `pellucid prune`: a model with fewer weights. */
export function define(command: Command): void {
  addPlaceOptions(
    command
      .argument("<MODEL>", "path, hf:OWNER/REPO/FILE.gguf or URL of a GGUF file")
      .argument("<OUT>", "the GGUF file to write"),
  )
    .option("--sparsity <R>", "make this share of each row's weights zero; the size stays", number(0, 1))
    .option("--pattern <N:M>", "keep N of every M weights side by side (2:4); the size stays")
    .addOption(
      new Option("--method <M>", "which weights count least: by |weight| times activation, or by |weight| alone")
        .choices(["wanda", "magnitude"])
        .default("wanda"),
    )
    .option("--drop-layers <N>", "remove the N layers that change their input least", wholeNumber(1))
    .option("--drop-channels <N>", "remove N feed-forward channels of each layer", wholeNumber(1))
    .option("--drop-heads <N>", "remove N attention heads of each layer, in whole key-value groups", wholeNumber(1))
    .option("--file <F>", "the text to measure on what matters, UTF-8; - is standard input")
    .option("--tokens <N>", "measure on at most so many of its tokens", wholeNumber(1), 8192)
    .option("--chunk <N>", "tokens in a chunk of it; each starts from an empty cache (default: 512)", wholeNumber(1))
    .option("--imatrix <F>", "for wanda: take an importance matrix instead of a text")
    .option("--held-out <F>", "a text for perplexity before and after (default: what follows in --file)")
    .option("--held-out-tokens <N>", "read at most so many of its tokens; 0 for no perplexity", wholeNumber(0), 4096)
    .option("--json", "print the report as JSON");
  addExamples(
    command,
    "pellucid prune model.F16.gguf sparse.gguf --sparsity 0.5 --file text.txt",
    "pellucid prune model.F16.gguf sparse.gguf --pattern 2:4 --method magnitude",
    "pellucid prune model.F16.gguf smaller.gguf --drop-layers 6 --file text.txt --held-out other.txt",
    "pellucid prune model.F16.gguf smaller.gguf --drop-channels 384 --drop-heads 3 --file text.txt --json",
  ).action(run);
}

async function run(
  input: string,
  output: string,
  { json, ...flags }: PruneFlags & { readonly json?: boolean },
): Promise<void> {
  if (resolve(input) === resolve(output)) throw new UsageError("MODEL and OUT are the same file");
  const { signal, release } = interruptible();
  const isWatched = process.stderr.isTTY;
  try {
    const report = await pruneAndReport(await localModel(input, signal), output, flags, {
      signal,
      onProgress: isWatched ? showProgress : undefined,
      onStage: isWatched ? (text) => process.stderr.write(`\r\x1b[K${text}`) : undefined,
    });
    if (json === true) await writeJson(report);
    else await write(reportAsText(output, report));
  } finally {
    if (isWatched) process.stderr.write("\r\x1b[K");
    release();
  }
}

/** One line that is written over. */
function showProgress({ tensor, doneBytes, totalBytes }: PruneProgress): void {
  process.stderr.write(`\r\x1b[K${Math.floor((100 * doneBytes) / Math.max(1, totalBytes))}% ${tensor}`);
}
