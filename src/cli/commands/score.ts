import type { Command } from "commander";
import type { LanguageModel, Score, TextOrTokens } from "../../index.ts";
import { UsageError } from "../errors.ts";
import { readText } from "../input.ts";
import { interruptible } from "../interrupt.ts";
import { linesOf } from "../lines.ts";
import { loadFor } from "../load.ts";
import { type ModelFlags, addExamples, addModelOptions, collect, tokenList, wholeNumber } from "../options.ts";
import { write, writeJson } from "../output.ts";
import { tokenProgress } from "../progress-line.ts";
import { visible } from "../visible.ts";

interface Flags extends ModelFlags {
  readonly prompt?: string[];
  readonly file?: string;
  readonly lines?: boolean;
  readonly tokens?: number[];
  readonly context?: number;
  readonly json?: boolean;
}

/** `pellucid score`: how likely a model finds a text, token by token. */
export function define(command: Command): void {
  addModelOptions(command)
    .option("--prompt <TEXT>", "the text; can be given several times", collect)
    .option("--file <F>", "the file that holds it, UTF-8; - is standard input")
    .option("--lines", "with --file: each line is a text of its own")
    .option("--tokens <IDS>", "the text as tokens: 1,2,3", tokenList)
    .option("--context <N>", "tokens in a window; each starts from an empty cache (default: 512)", wholeNumber(2))
    .option("--json", "print one JSON object a text");
  addExamples(
    command,
    'pellucid score model.gguf --prompt "The capital of France is Paris."',
    "pellucid score model.gguf --file sentences.txt --lines --json",
  ).action(run);
}

async function run(source: string | undefined, flags: Flags): Promise<void> {
  const texts = await textsOf(flags);
  const { signal, release } = interruptible();
  const { model } = await loadFor(source, flags, signal);
  try {
    const options = { window: flags.context, signal, onProgress: tokenProgress() };
    for (const [i, score] of (await model.score(texts, options)).entries()) {
      if (flags.json === true) await writeJson(asJson(score));
      else await write(`${i > 0 ? "\n" : ""}${asText(score, model)}`);
    }
  } finally {
    release();
    await model.close();
  }
}

async function textsOf({ prompt, file, lines, tokens }: Flags): Promise<TextOrTokens[]> {
  const given = [prompt, file, tokens].filter((value) => value !== undefined).length;
  if (given !== 1) throw new UsageError("give the text with one of --prompt, --file or --tokens");
  if (prompt !== undefined) return prompt;
  if (tokens !== undefined) return [tokens];
  const text = await readText(file!);
  return lines === true ? linesOf(text) : [text];
}

/** What can't be a number in JSON, where nothing was scored, is null. */
function asJson({ tokens, logprobs, scored, total, mean, perplexity }: Score): unknown {
  return { tokens, logprobs, scored, total, mean, perplexity };
}

function asText({ tokens, logprobs, scored, total, mean, perplexity }: Score, model: LanguageModel): string {
  const rows = tokens.map((token, i) => {
    const logprob = logprobs[i];
    return `${(logprob === null ? "" : logprob.toFixed(3)).padStart(9)}  ${visible(pieceText(model, token))}\n`;
  });
  const sum = `${scored} tokens scored, total ${total.toFixed(3)}`;
  return `${rows.join("")}${sum}, mean ${mean.toFixed(3)}, perplexity ${perplexity.toFixed(3)}\n`;
}

/** A part of a character shows as U+FFFD. */
function pieceText(model: LanguageModel, token: number): string {
  return new TextDecoder().decode(model.tokenizer.pieceBytes(token));
}
