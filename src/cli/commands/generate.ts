import { type Command, InvalidArgumentError } from "commander";
import type { GenerateOptions, LanguageModel, Tokenizer } from "../../index.ts";
import { type ConstraintFlags, addConstraintOptions, constraintOfFlags } from "../constraint-options.ts";
import { UsageError } from "../errors.ts";
import { generationAsJson } from "../generation-json.ts";
import { readText } from "../input.ts";
import { interruptible } from "../interrupt.ts";
import { loadFor } from "../load.ts";
import { type ModelFlags, addExamples, addModelOptions, collect, number, tokenList, wholeNumber } from "../options.ts";
import { write, writeJson } from "../output.ts";
import { type SamplingFlags, addSamplingOptions, samplingOf } from "../sampling-options.ts";

interface Flags extends ModelFlags, SamplingFlags, ConstraintFlags {
  readonly prompt?: string;
  readonly promptFile?: string;
  readonly tokens?: number[];
  readonly maxTokens?: number;
  readonly stop?: string[];
  readonly stopPattern?: RegExp[];
  readonly stopTokens?: number[];
  readonly ignoreEnd?: boolean;
  readonly timeLimit?: number;
  readonly logprobs?: number;
  readonly echo?: boolean;
  readonly bestOf?: number;
  readonly beams?: number;
  readonly lengthPenalty?: number;
  readonly context?: number;
  readonly json?: boolean;
}

/** `pellucid generate`: streams the continuation of a text. */
export function define(command: Command): void {
  addModelOptions(command)
    .option("--prompt <TEXT>", "the text to continue")
    .option("--prompt-file <F>", "the file that holds it; - is standard input")
    .option("--tokens <IDS>", "the text as tokens: 1,2,3", tokenList)
    .option("--context <N>", "the most tokens of prompt and answer together", wholeNumber(1));
  command
    .optionsGroup("Stopping:")
    .option("--max-tokens <N>", "stop after N tokens (default: when the context is full)", wholeNumber(0))
    .option("--stop <TEXT>", "stop before this text; can be given several times", collect)
    .option("--stop-pattern <REGEX>", "stop before what matches, such as '/\\n\\s*\\n/'; several times", pattern)
    .option("--stop-tokens <IDS>", "stop at any of these tokens: 1,2,3", tokenList)
    .option("--ignore-end", "go on past the model's own end tokens")
    .option("--time-limit <SECONDS>", "stop when this time is over, with what there is", number(0));
  addSamplingOptions(command);
  addConstraintOptions(command);
  command
    .optionsGroup("Several texts:")
    .option("--best-of <N>", "draw N texts, print the one of the highest mean log-probability", wholeNumber(1))
    .option("--beams <N>", "beam search: follow the N likeliest texts; needs --max-tokens", wholeNumber(1))
    .option(
      "--length-penalty <X>",
      "beams: above 0 long texts gain, below 0 short ones (default: 1)",
      number(-Infinity),
    );
  command
    .optionsGroup("Output:")
    .option("--echo", "print the prompt too")
    .option("--logprobs <N>", "with --json: log-probabilities of each token and of N likeliest", wholeNumber(0))
    .option("--json", "print one JSON object at the end instead of the text as it comes");
  addExamples(
    command,
    'pellucid generate model.gguf --prompt "Once upon a time" --max-tokens 100',
    'pellucid generate model.gguf --prompt "2 + 2 =" --temperature 0 --stop "." --json',
    "pellucid generate model.gguf --prompt 'Q: Why?' --stop-pattern '/^Q:/m' --logprobs 5 --echo --json",
    `pellucid generate model.gguf --prompt "A person:" --json-schema '{"type":"object"}'`,
    "cat story.txt | pellucid generate model.gguf --prompt-file - --seed 7",
  ).action(run);
}

async function run(source: string | undefined, flags: Flags): Promise<void> {
  const options = { ...optionsOf(flags), ...(await constraintOfFlags(flags)) };
  const prompt = await promptOf(flags);
  const { signal, release } = interruptible();
  const { model, loadMs } = await loadFor(source, { ...flags, contextLength: flags.context }, signal);
  try {
    // Tokens alone say enough in JSON; text needs a vocabulary, and this tells what is wrong with it.
    if (flags.json !== true) checkVocabulary(model);
    const generation = model.generate(prompt, { ...options, signal });
    if (flags.json === true) await writeJson(generationAsJson(await generation.result, loadMs));
    else await stream(generation);
  } finally {
    release();
    await model.close();
  }
}

/** What the flags say of the generation. @throws UsageError for those that don't go together */
function optionsOf(flags: Flags): GenerateOptions {
  if (flags.logprobs !== undefined && flags.json !== true) throw new UsageError("--logprobs needs --json");
  const { stop = [], stopPattern = [], timeLimit, ...rest } = flags;
  const { maxTokens, stopTokens, ignoreEnd, echo, bestOf, beams, lengthPenalty, logprobs } = rest;
  return {
    ...{ maxTokens, stopTokens, ignoreEnd, echo, bestOf, beams, lengthPenalty, logprobs },
    stop: [...stop, ...stopPattern],
    ...(timeLimit !== undefined && { timeLimit: 1000 * timeLimit }),
    ...samplingOf(flags),
  };
}

/** Reads `/source/flags`, or a source alone, and adds it to those before. */
function pattern(text: string, before: readonly RegExp[] = []): RegExp[] {
  const [, source = text, flags = ""] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? [];
  try {
    return [...before, new RegExp(source, flags)];
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
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
