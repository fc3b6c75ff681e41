import { appendFile } from "node:fs/promises";
import type { Command } from "commander";
import type { TrainEvent, TrainOptions } from "../compress/train/index.ts";
import { UsageError } from "./errors.ts";
import { collect, number, wholeNumber } from "./options.ts";
import { writeJson } from "./output.ts";
import { describe } from "./training-progress.ts";

/** What the commands that train take. */
export interface TrainingFlags {
  readonly file?: readonly string[];
  readonly validation?: readonly string[];
  readonly separator: string;
  readonly model?: string;
  readonly name: string;
  readonly vocabulary: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads?: number;
  readonly feedForward: number;
  readonly context: number;
  readonly batch: number;
  readonly tokens: number;
  readonly learningRate: number;
  readonly warmUp?: number;
  readonly weightDecay: number;
  readonly clip: number;
  readonly seed: number;
  readonly units?: number;
  readonly threads?: number;
  readonly checkpointSeconds: number;
  readonly validateEvery: number;
  readonly resume?: boolean;
  readonly log?: string;
  readonly json?: boolean;
}

/** Argument OUT and the options of every command that trains. */
export function addTrainingOptions(command: Command): Command {
  return command
    .argument("<OUT>", "the GGUF file to make; the run's own files go to OUT.run")
    .option("--file <F>", "texts to learn from, UTF-8, also .gz; may be given several times", collect)
    .option("--validation <F>", "texts to measure by; may be given several times", collect)
    .option("--separator <TEXT>", "the line between texts", "<|endoftext|>")
    .option("--tokens <N>", "tokens to learn from, over all epochs", wholeNumber(1), 10_000_000)
    .option("--model <M>", "a GGUF file to go on from; left out, a new model of the shape below")
    .option("--name <NAME>", "name of a new model", "stories")
    .option("--vocabulary <N>", "tokens of its vocabulary", wholeNumber(264), 1024)
    .option("--width <N>", "length of the residual stream", wholeNumber(8), 128)
    .option("--layers <N>", "layers", wholeNumber(1), 4)
    .option("--heads <N>", "attention heads", wholeNumber(1), 4)
    .option("--kv-heads <N>", "key-value heads (default: as heads)", wholeNumber(1))
    .option("--feed-forward <N>", "width of the feed-forward network", wholeNumber(8), 352)
    .option("--context <N>", "tokens of a sequence", wholeNumber(8), 256)
    .option("--batch <N>", "sequences of a step", wholeNumber(1), 64)
    .option("--learning-rate <R>", "its peak", number(0), 4e-3)
    .option("--warm-up <N>", "steps up to the peak (default: 100, or a tenth of the run)", wholeNumber(1))
    .option("--weight-decay <D>", "of matrices", number(0), 0.1)
    .option("--clip <C>", "the most that the gradients may measure", number(0), 1)
    .option("--seed <S>", "same seed, same model, whatever the threads", wholeNumber(0), 1)
    .option("--units <N>", "parts of a step that threads take (default: 16)", wholeNumber(1))
    .option("--threads <N>", "threads to compute with (default: one for each core)", wholeNumber(1))
    .option("--checkpoint-seconds <S>", "between checkpoints", number(0), 60)
    .option("--validate-every <N>", "steps between measurements by some of the validation", wholeNumber(0), 500)
    .option("--resume", "go on with the run in OUT.run, or start it where there is none")
    .option("--log <F>", "append what happens to a file, a line of JSON each")
    .option("--json", "print the result as JSON");
}

/** Trains, shows how it goes, and prints the result where JSON is wanted. */
export async function runTraining(
  out: string,
  flags: TrainingFlags,
  more: Pick<TrainOptions, "signal" | "teacher">,
): Promise<void> {
  if (flags.file === undefined) throw new UsageError("name the texts with --file");
  const { width, heads, kvHeads = heads } = flags;
  if (flags.model === undefined && (width % heads !== 0 || heads % kvHeads !== 0)) {
    throw new UsageError(`${width} numbers can't be shared by ${heads} heads and ${kvHeads} key-value heads`);
  }
  const { train } = await import("../compress/train/index.ts");
  const { steps, loss, validation } = await train({ ...optionsOf(out, flags), ...more });
  if (flags.json === true) await writeJson({ out, steps, loss, validation });
}

function optionsOf(out: string, flags: TrainingFlags): TrainOptions {
  const { name, vocabulary, width, layers, heads, kvHeads, feedForward, log } = flags;
  const { separator, context, batch, tokens, learningRate, warmUp, weightDecay, clip, seed, units, threads } = flags;
  let writing = Promise.resolve();
  const onEvent = (event: TrainEvent) => {
    const line = describe(event);
    if (line !== undefined) process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
    if (log !== undefined && event.event !== "reading") {
      writing = writing.then(() => appendFile(log, `${JSON.stringify(event)}\n`));
    }
    if (event.event === "end" && process.stderr.isTTY) process.stderr.write("\n");
  };
  return {
    ...{ out, files: flags.file!, validation: flags.validation, separator, context, batch, tokens, learningRate },
    ...{ warmUp, weightDecay, clip, seed, units, threads, resume: flags.resume, onEvent },
    ...{ checkpointSeconds: flags.checkpointSeconds, validateEvery: flags.validateEvery },
    model: flags.model ?? { name, vocabulary, width, layers, heads, kvHeads, feedForward },
  };
}
