import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Command } from "commander";
import {
  type CompareResult,
  type Comparison,
  type ModelMeasure,
  compareModels,
  qualityChart,
} from "../../compress/index.ts";
import type { LanguageModel } from "../../index.ts";
import { CommandError, UsageError } from "../errors.ts";
import { readText, reasonOf } from "../input.ts";
import { interruptible } from "../interrupt.ts";
import { loadFor } from "../load.ts";
import { type ModelFlags, addExamples, addPlaceOptions, wholeNumber } from "../options.ts";
import { write, writeJson } from "../output.ts";

interface Flags extends ModelFlags {
  readonly file?: string;
  readonly context: number;
  readonly tokens?: number;
  readonly svg?: string;
  readonly json?: boolean;
}

/** `pellucid compare`: what fewer bits cost. */
export function define(command: Command): void {
  addPlaceOptions(
    command
      .argument("<A>", "path, hf:OWNER/REPO/FILE.gguf or URL of the model to compare with")
      .argument("<B...>", "one or more others"),
  )
    .option("--file <F>", "the text, UTF-8; - is standard input")
    .option("--context <N>", "tokens in a window; each starts from an empty cache", wholeNumber(2), 512)
    .option("--tokens <N>", "read at most so many tokens of the text", wholeNumber(2))
    .option("--svg <F>", "draw perplexity against size into this file")
    .option("--json", "print the measures as JSON");
  addExamples(
    command,
    "pellucid compare model.F16.gguf model.Q4_K_M.gguf --file text.txt",
    "pellucid compare model.F16.gguf model.Q8_0.gguf model.Q4_0.gguf --file text.txt --svg quality.svg",
  ).action(run);
}

async function run(base: string, others: string[], flags: Flags): Promise<void> {
  const { file, context: window, tokens: most, svg, json, ...modelFlags } = flags;
  if (file === undefined) throw new UsageError("name the text with --file");
  const text = await readText(file);
  const { signal, release } = interruptible();
  const models: LanguageModel[] = [];
  const names = [base, ...others];
  try {
    for (const name of names) models.push((await loadFor(name, modelFlags, signal)).model);
    const [first, ...rest] = models.map(({ loaded }) => loaded);
    const tokens = models[0].tokenizer.encode(text).slice(0, most);
    const onProgress = process.stderr.isTTY ? showProgress : undefined;
    const result = await compareModels(first, rest, tokens, { window, signal, onProgress });
    if (svg !== undefined) await draw(svg, names, result);
    if (json === true) await writeJson(asJson(names, result));
    else await write(asTable(names, result));
  } finally {
    release();
    for (const model of models) await model.close();
  }
}

async function draw(path: string, names: readonly string[], { base, others }: CompareResult): Promise<void> {
  const points = [base, ...others].map((measure, i) => ({ ...measure, name: basename(names[i]) }));
  await writeFile(path, qualityChart(points)).catch((error: unknown) => {
    throw new CommandError(`${path}: can't be written: ${reasonOf(error)}`);
  });
}

function asJson(names: readonly string[], { tokens, base, others }: CompareResult): unknown {
  const all: readonly (ModelMeasure | Comparison)[] = [base, ...others];
  const models = all.map((measure, i) => ({
    model: names[i],
    size_bytes: measure.sizeBytes,
    mean_nll: measure.meanNll,
    perplexity: measure.perplexity,
    tokens_per_second: measure.tokensPerSecond,
    ...("divergence" in measure && {
      kl_mean: measure.divergence.mean,
      kl_99: measure.divergence.percentile99,
      kl_max: measure.divergence.maximum,
      top1_agreement: measure.agreement,
    }),
  }));
  return { tokens, models };
}

function asTable(names: readonly string[], { tokens, base, others }: CompareResult): string {
  const head = ["model", "MB", "perplexity", "KL mean", "KL 99 %", "KL max", "same top", "tokens/s"];
  const all: readonly (ModelMeasure | Comparison)[] = [base, ...others];
  const rows = all.map((measure, i) => [
    basename(names[i]),
    (measure.sizeBytes / 1e6).toFixed(1),
    measure.perplexity.toFixed(4),
    ...("divergence" in measure
      ? [
          measure.divergence.mean.toFixed(5),
          measure.divergence.percentile99.toFixed(4),
          measure.divergence.maximum.toFixed(3),
          `${(100 * measure.agreement).toFixed(2)} %`,
        ]
      : ["", "", "", ""]),
    measure.tokensPerSecond.toFixed(1),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ");
  return `${[head, ...rows].map(line).join("\n")}\n${tokens} tokens\n`;
}

/** One line that is written over, and cleared at the end. */
function showProgress({ tokens, totalTokens }: { tokens: number; totalTokens: number }): void {
  process.stderr.write(tokens < totalTokens ? `\r${tokens} of ${totalTokens} tokens` : "\r\x1b[K");
}
