import type { Command } from "commander";
import { writeFileAtomically } from "../../platform/index.ts";
import type { Context } from "../../index.ts";
import { CommandError, UsageError } from "../errors.ts";
import { reasonOf } from "../input.ts";
import { interruptible } from "../interrupt.ts";
import { loadFor } from "../load.ts";
import { type ModelFlags, addExamples, addModelOptions, tokenList, wholeNumber } from "../options.ts";
import { write, writeJson } from "../output.ts";

interface Flags extends ModelFlags {
  readonly tokens?: number[];
  readonly out?: string;
  readonly chunk: number;
  readonly json?: boolean;
}

/** `pellucid logits`: float32, little-endian, [tokens, vocabulary]. */
export function define(command: Command): void {
  addModelOptions(command)
    .option("--tokens <IDS>", "the text as tokens: 1,2,3", tokenList)
    .option("--out <F>", "the file to write: float32, little-endian, [tokens, vocabulary]")
    .option("--chunk <N>", "evaluate N tokens at a time", wholeNumber(1), 32)
    .option("--json", "print what was written as JSON");
  addExamples(command, "pellucid logits model.gguf --tokens 1,2,3 --out logits.f32").action(run);
}

async function run(source: string | undefined, { tokens, out, chunk, json, ...flags }: Flags): Promise<void> {
  if (tokens === undefined) throw new UsageError("give the text with --tokens");
  if (out === undefined) throw new UsageError("name the file to write with --out");
  const { signal, release } = interruptible();
  const { model } = await loadFor(source, flags, signal);
  try {
    const context = model.createContext();
    await writeFileAtomically(out, rows(context, tokens, chunk, signal)).catch((error: unknown) => {
      const isSystemError = typeof (error as NodeJS.ErrnoException).syscall === "string";
      throw isSystemError ? new CommandError(`${out}: can't be written: ${reasonOf(error)}`) : error;
    });
    const vocabulary = model.config.vocabularySize;
    if (json === true) await writeJson({ tokens: tokens.length, vocabulary, file: out });
    else await write(`${out}: ${tokens.length} x ${vocabulary} float32 numbers\n`);
  } finally {
    release();
    await model.close();
  }
}

/** The logits as bytes, a chunk of tokens at a time, so that a long text's need not be held. */
async function* rows(
  context: Context,
  tokens: readonly number[],
  chunk: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < tokens.length; start += chunk) {
    const logits = await context.forward(tokens.slice(start, start + chunk), { chunk, signal });
    // Every engine of today runs on little-endian machines only.
    yield new Uint8Array(logits.buffer, logits.byteOffset, logits.byteLength);
  }
}
