import { resolve } from "node:path";
import type { Command } from "commander";
import { type QuantizeProgress, fileTypes, quantizeFile, readImatrix } from "../../compress/index.ts";
import { calibratedBlocks } from "../calibration.ts";
import { UsageError } from "../errors.ts";
import { localModel } from "../fetch-model.ts";
import { interruptible } from "../interrupt.ts";
import { addExamples, wholeNumber } from "../options.ts";
import { write, writeJson } from "../output.ts";

interface Flags {
  readonly imatrix?: string;
  readonly calibrate?: string;
  readonly calibrateTokens: number;
  readonly chunk?: number;
  readonly pure?: boolean;
  readonly allowRequantize?: boolean;
  readonly threads?: number;
  readonly json?: boolean;
}

/** `pellucid quantize`: a model in fewer bits. */
export function define(command: Command): void {
  command
    .argument("<IN>", "path, hf:OWNER/REPO/FILE.gguf or URL of a GGUF file in F32, F16 or BF16")
    .argument("<OUT>", "the GGUF file to write")
    .argument("<TYPE>", `one of ${fileTypes.map(({ name }) => name).join(", ")}`)
    .option("--imatrix <F>", "weigh errors by this importance matrix, of pellucid imatrix or llama-imatrix")
    .option("--calibrate <F>", "quantise with this text in view (GPTQ): less error, and minutes instead of seconds")
    .option("--calibrate-tokens <N>", "read at most so many of its tokens", wholeNumber(1), 4096)
    .option("--chunk <N>", "tokens in a chunk of it; each starts from an empty cache (default: 512)", wholeNumber(1))
    .option("--pure", "the same format for every matrix; an error where one does not fit")
    .option("--allow-requantize", "quantise even what is quantised already; the errors add up")
    .option("--threads <N>", "threads to convert with (default: one for each core)", wholeNumber(1))
    .option("--json", "print sizes and formats as JSON");
  addExamples(
    command,
    "pellucid quantize model.F16.gguf model.Q4_K_M.gguf Q4_K_M",
    "pellucid quantize model.F16.gguf model.Q4_0.gguf Q4_0 --imatrix model.imatrix.gguf",
    "pellucid quantize model.F16.gguf model.Q4_0.gguf Q4_0 --calibrate text.txt",
  ).action(run);
}

async function run(input: string, output: string, type: string, { json, ...flags }: Flags): Promise<void> {
  if (resolve(input) === resolve(output)) throw new UsageError("IN and OUT are the same file");
  if (flags.calibrate !== undefined && flags.imatrix !== undefined) {
    throw new UsageError("--calibrate and --imatrix: one of them at a time");
  }
  const { signal, release } = interruptible();
  const isWatched = process.stderr.isTTY;
  try {
    const imatrix = flags.imatrix === undefined ? undefined : await readImatrix(flags.imatrix);
    const path = await localModel(input, signal);
    const onStage = isWatched ? (text: string) => process.stderr.write(`\r\x1b[K${text}`) : undefined;
    const calibrated =
      flags.calibrate === undefined
        ? undefined
        : await calibratedBlocks(path, type, flags.calibrate, { ...flags, signal, onStage });
    const { inputBytes, outputBytes, formats } = await quantizeFile(path, output, type, {
      ...flags,
      imatrix,
      imatrixFile: flags.imatrix,
      calibrated,
      signal,
      onProgress: isWatched ? showProgress : undefined,
      onNote: (line) => process.stderr.write(`${isWatched ? "\r\x1b[K" : ""}${line}\n`),
    });
    if (json === true) {
      await writeJson({ input_bytes: inputBytes, output_bytes: outputBytes, formats: Object.fromEntries(formats) });
      return;
    }
    const counts = [...formats].map(([format, count]) => `${count} ${format}`).join(", ");
    await write(`${output}: ${megabytes(inputBytes)} -> ${megabytes(outputBytes)} MB; tensors: ${counts}\n`);
  } finally {
    if (isWatched) process.stderr.write("\r\x1b[K");
    release();
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** One line that is written over. */
function showProgress({ tensor, index, count, doneBytes, totalBytes }: QuantizeProgress): void {
  const percent = Math.floor((100 * doneBytes) / Math.max(1, totalBytes));
  process.stderr.write(`\r\x1b[K${percent}% [${index + 1}/${count}] ${tensor}`);
}
