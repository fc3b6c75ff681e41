import { type Command, Option } from "commander";
import type { Pooling, TextOrTokens } from "../../index.ts";
import { UsageError } from "../errors.ts";
import { isTokenList, readText } from "../input.ts";
import { interruptible } from "../interrupt.ts";
import { linesOf } from "../lines.ts";
import { loadFor } from "../load.ts";
import { type ModelFlags, addExamples, addModelOptions } from "../options.ts";
import { write, writeJson } from "../output.ts";
import { tokenProgress } from "../progress-line.ts";

interface Flags extends ModelFlags {
  readonly file: string;
  readonly pooling?: Pooling;
  readonly normalize: boolean;
  readonly json?: boolean;
}

/** `pellucid embed`: a vector for each text of standard input. */
export function define(command: Command): void {
  addModelOptions(command)
    .option("--file <F>", "the texts: one a line, or a JSON array of strings; - is standard input", "-")
    .addOption(
      new Option("--pooling <P>", "how tokens become one vector (default: as the model says, else mean)").choices([
        "mean",
        "last",
        "cls",
      ]),
    )
    .option("--no-normalize", "keep the vectors' lengths; otherwise each is scaled to 1")
    .option("--json", "print one JSON object instead of a vector a line");
  addExamples(
    command,
    "pellucid embed model.gguf < sentences.txt",
    `echo '["a cat", "a dog"]' | pellucid embed model.gguf --pooling last --json`,
  ).action(run);
}

async function run(source: string | undefined, { file, pooling, normalize, json, ...flags }: Flags): Promise<void> {
  const texts = textsOf(await readText(file));
  if (texts.length === 0) throw new UsageError("there are no texts: give one a line, or a JSON array of strings");
  const { signal, release } = interruptible();
  const { model } = await loadFor(source, flags, signal);
  try {
    const vectors = await model.embed(texts, { pooling, normalize, signal, onProgress: tokenProgress() });
    if (json === true) await writeJson({ dimensions: model.config.width, embeddings: vectors.map(plain) });
    else for (const vector of vectors) await write(`${plain(vector).join(" ")}\n`);
  } finally {
    release();
    await model.close();
  }
}

/** A JSON array of strings, or of lists of tokens; whatever else it is, one text a line. */
function textsOf(input: string): TextOrTokens[] {
  if (!input.trimStart().startsWith("[")) return linesOf(input);
  try {
    const value: unknown = JSON.parse(input);
    const isText = (item: unknown): item is TextOrTokens => typeof item === "string" || isTokenList(item);
    if (Array.isArray(value) && value.every(isText)) return value;
  } catch {
    // A text that begins with a bracket.
  }
  return linesOf(input);
}

/** The shortest decimal numbers that are these floats. */
function plain(vector: Float32Array): number[] {
  return Array.from(vector, (x) => Number(x.toPrecision(9)));
}
