import type { Command } from "commander";
import { computeImatrix, writeImatrix } from "../../compress/index.ts";
import { UsageError } from "../errors.ts";
import { readText } from "../input.ts";
import { interruptible } from "../interrupt.ts";
import { loadFor } from "../load.ts";
import { type ModelFlags, addExamples, addModelOptions, wholeNumber } from "../options.ts";
import { write, writeJson } from "../output.ts";

interface Flags extends ModelFlags {
  readonly file?: string;
  readonly out?: string;
  readonly chunk?: number;
  readonly chunks?: number;
  readonly json?: boolean;
}

/** `pellucid imatrix`: how much each column matters, on a text. */
export function define(command: Command): void {
  addModelOptions(command)
    .option("--file <F>", "the text, UTF-8; - is standard input")
    .option("--out <F>", "the file to write, in the GGUF form of llama-imatrix")
    .option("--chunk <N>", "tokens in a chunk; each starts from an empty cache (default: 512)", wholeNumber(1))
    .option("--chunks <N>", "at most so many chunks", wholeNumber(1))
    .option("--json", "print what was written as JSON");
  addExamples(command, "pellucid imatrix model.F16.gguf --file text.txt --out model.imatrix.gguf").action(run);
}

async function run(source: string | undefined, options: Flags): Promise<void> {
  const { file, out, chunk, chunks, json, ...flags } = options;
  if (file === undefined) throw new UsageError("name the text with --file");
  if (out === undefined) throw new UsageError("name the file to write with --out");
  const text = await readText(file);
  const { signal, release } = interruptible();
  const { model } = await loadFor(source, flags, signal);
  try {
    const { tokenizer } = model;
    const matrix = await computeImatrix(model.loaded, tokenizer.encode(text), {
      chunk,
      chunks,
      bos: tokenizer.addBos ? tokenizer.bos : undefined,
      dataset: file,
      signal,
      onProgress: process.stderr.isTTY ? showProgress : undefined,
    });
    await writeImatrix(out, matrix);
    const { entries, chunkCount, chunkSize } = matrix;
    if (json === true) {
      await writeJson({ file: out, entries: entries.size, chunks: chunkCount, chunk_size: chunkSize });
    } else await write(`${out}: ${entries.size} matrices, ${chunkCount} chunks of ${chunkSize} tokens\n`);
  } finally {
    release();
    await model.close();
  }
}

/** One line that is written over, and cleared at the end. */
function showProgress({ chunk, chunks }: { chunk: number; chunks: number }): void {
  process.stderr.write(chunk < chunks ? `\r${chunk} of ${chunks} chunks` : "\r\x1b[K");
}
