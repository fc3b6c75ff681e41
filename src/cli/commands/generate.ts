import type { Command } from "commander";
import type { GenerationResult, LanguageModel, Tokenizer } from "../../index.ts";
import { UsageError } from "../errors.ts";
import { readText } from "../input.ts";
import { interruptible } from "../interrupt.ts";
import { loadFor } from "../load.ts";
import { needModel } from "../no-model.ts";
import type { ModelFlags, SamplingFlags } from "../options.ts";
import {
  addExamples,
  addModelOptions,
  addSamplingOptions,
  collect,
  samplingOf,
  tokenList,
  wholeNumber,
} from "../options.ts";
import { write, writeJson } from "../output.ts";

interface Flags extends ModelFlags, SamplingFlags {
  readonly prompt?: string;
  readonly promptFile?: string;
  readonly tokens?: number[];
  readonly maxTokens?: number;
  readonly stop?: string[];
  readonly context?: number;
  readonly json?: boolean;
}

/** `pellucid generate`: streams the continuation of a text. */
export function define(command: Command): void {
  addModelOptions(command)
    .option("--prompt <TEXT>", "the text to continue")
    .option("--prompt-file <F>", "the file that holds it; - is standard input")
    .option("--tokens <IDS>", "the text as tokens: 1,2,3", tokenList)
    .option("--max-tokens <N>", "stop after N tokens (default: when the context is full)", wholeNumber(0))
    .option("--stop <TEXT>", "stop before this text; can be given several times", collect)
    .option("--context <N>", "the most tokens of prompt and answer together", wholeNumber(1));
  addSamplingOptions(command).option("--json", "print one JSON object at the end instead of the text as it comes");
  addExamples(
    command,
    'pellucid generate model.gguf --prompt "Once upon a time" --max-tokens 100',
    'pellucid generate model.gguf --prompt "2 + 2 =" --temperature 0 --stop "." --json',
    "cat story.txt | pellucid generate model.gguf --prompt-file - --seed 7",
  ).action(run);
}

async function run(source: string | undefined, flags: Flags): Promise<void> {
  needModel(source);
  const prompt = await promptOf(flags);
  const { signal, release } = interruptible();
  const { model, loadMs } = await loadFor(source, { ...flags, contextLength: flags.context }, signal);
  try {
    const { maxTokens, stop } = flags;
    // Tokens alone say enough in JSON; text needs a vocabulary, and this tells what is wrong with it.
    if (flags.json !== true) checkVocabulary(model);
    const generation = model.generate(prompt, { maxTokens, stop, signal, ...samplingOf(flags) });
    if (flags.json === true) await writeJson(asJson(await generation.result, loadMs));
    else await stream(generation);
  } finally {
    release();
    await model.close();
  }
}

/** @throws TokenizerError for a vocabulary that can't be used */
function checkVocabulary(model: LanguageModel): Tokenizer {
  return model.tokenizer;
}

/** Text as it comes, and one newline at its end, also where it ends early. */
async function stream(pieces: AsyncIterable<{ readonly text: string }>): Promise<void> {
  let begun = false;
  try {
    for await (const { text } of pieces) {
      begun = true;
      await write(text);
    }
  } finally {
    if (begun) await write("\n");
  }
}

async function promptOf({ prompt, promptFile, tokens }: Flags): Promise<string | number[]> {
  const given = [prompt, promptFile, tokens].filter((value) => value !== undefined).length;
  if (given !== 1) throw new UsageError("give the text with one of --prompt, --prompt-file or --tokens");
  const text = prompt ?? tokens ?? (await readText(promptFile!));
  if (text.length === 0) throw new UsageError("the prompt is empty: there is nothing to continue");
  return text;
}

function asJson(result: GenerationResult, loadMs: number): unknown {
  const { promptTokens, tokens, text, finishReason, timings } = result;
  return {
    prompt_tokens: promptTokens,
    tokens,
    text,
    finish_reason: finishReason,
    timings: {
      load_ms: loadMs,
      prefill_tokens_per_second: timings.prefillTokensPerSecond,
      decode_tokens_per_second: timings.decodeTokensPerSecond,
    },
  };
}
