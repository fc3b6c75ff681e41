import { basename } from "node:path";
import type { Command } from "commander";
import { writeFileAtomically } from "../../platform/index.ts";
import { randomSeed } from "../../sampling/index.ts";
import { CommandError, UsageError } from "../errors.ts";
import { readText, reasonOf } from "../input.ts";
import { interruptible } from "../interrupt.ts";
import { loadFor } from "../load.ts";
import { type ModelFlags, addExamples, addModelOptions, tokenList, wholeNumber } from "../options.ts";
import { write, writeJson } from "../output.ts";
import { type SamplingFlags, addSamplingOptions } from "../sampling-options.ts";
import { attentionJson } from "../trace/attention-json.ts";
import { type Trace, recordTrace } from "../trace/record-trace.ts";

interface Flags extends ModelFlags, SamplingFlags {
  readonly prompt?: string;
  readonly promptFile?: string;
  readonly tokens?: number[];
  readonly special?: boolean;
  readonly maxTokens: number;
  readonly html?: string;
  readonly json?: boolean;
}

/** `pellucid trace`: a page that shows how each token came about. */
export function define(command: Command): void {
  addModelOptions(command)
    .option("--prompt <TEXT>", "the text to continue")
    .option("--prompt-file <F>", "the file that holds it; - is standard input")
    .option("--tokens <IDS>", "the text as tokens: 1,2,3", tokenList)
    .option("--special", "read texts such as <|im_start|> as the control tokens they name")
    .option("--max-tokens <N>", "stop after N tokens; prompt and answer are 256 at most", wholeNumber(1), 32)
    .option("--html <F>", "the page to write: one file that needs no network")
    .option("--json", "print everything that was seen as JSON");
  addSamplingOptions(command);
  addExamples(
    command,
    'pellucid trace model.gguf --prompt "The capital of France is" --html trace.html',
    "pellucid trace model.gguf --prompt Hello --temperature 0 --max-tokens 5 --json",
    "pellucid trace model.gguf --prompt Hi --mirostat 2 --html trace.html",
  ).action(run);
}

async function run(source: string | undefined, flags: Flags): Promise<void> {
  const { html, json, special: parseSpecial, maxTokens, seed = randomSeed() } = flags;
  if (html === undefined && json !== true) throw new UsageError("say where the page goes with --html, or print --json");
  const prompt = await promptOf(flags);
  const { signal, release } = interruptible();
  const { model } = await loadFor(source, flags, signal);
  try {
    const tokens = typeof prompt === "string" ? model.tokenizer.encode(prompt, { parseSpecial }) : prompt;
    const name = basename(source ?? "stories.gguf");
    const trace = await recordTrace(model, tokens, {
      name,
      maxTokens,
      sampling: flags,
      seed,
      signal,
      onProgress: progress(),
    });
    if (html !== undefined) await writePage(html, trace);
    if (json === true) await writeJson({ ...trace.data, attention: attentionJson(trace.attention) });
    else await write(`${html!}: ${tokens.length} tokens read, ${trace.data.steps.length} generated\n`);
  } finally {
    release();
    await model.close();
  }
}

async function promptOf({ prompt, promptFile, tokens }: Flags): Promise<string | number[]> {
  const given = [prompt, promptFile, tokens].filter((value) => value !== undefined).length;
  if (given !== 1) throw new UsageError("give the text with one of --prompt, --prompt-file or --tokens");
  const text = prompt ?? tokens ?? (await readText(promptFile!));
  if (text.length === 0) throw new UsageError("the prompt is empty: there is nothing to continue");
  return text;
}

async function writePage(path: string, trace: Trace): Promise<void> {
  const { tracePage } = await import("../trace/html.ts");
  const bytes = new TextEncoder().encode(await tracePage(trace));
  await writeFileAtomically(path, once(bytes)).catch((error: unknown) => {
    const isSystemError = typeof (error as NodeJS.ErrnoException).syscall === "string";
    throw isSystemError ? new CommandError(`${path}: can't be written: ${reasonOf(error)}`) : error;
  });
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** One line that is written over, where someone watches. */
function progress(): ((what: string, done: number, total: number) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  return (what, done, total) => {
    const isOver = what === "reading the layers" && done === total;
    process.stderr.write(isOver ? "\r\x1b[K" : `\r\x1b[K${what}: ${done} of ${total}`);
  };
}
