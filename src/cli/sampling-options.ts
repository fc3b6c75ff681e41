import { type Command, InvalidArgumentError } from "commander";
import type { GenerateOptions } from "../index.ts";
import { collect, number, wholeNumber } from "./options.ts";

/** The library's options that are options of the command under the same names. */
const names = [
  "temperature",
  "topK",
  "topP",
  "minP",
  "typicalP",
  "topNSigma",
  "xtcProbability",
  "xtcThreshold",
  "dynamicTemperatureRange",
  "dynamicTemperatureExponent",
  "mirostat",
  "mirostatTau",
  "mirostatEta",
  "samplers",
  "seed",
  "penaltyLastN",
  "repeatPenalty",
  "frequencyPenalty",
  "presencePenalty",
  "dryMultiplier",
  "dryBase",
  "dryAllowedLength",
  "dryLastN",
  "minTokens",
  "logitBias",
] as const satisfies readonly (keyof GenerateOptions)[];

/** How tokens are chosen. */
export interface SamplingFlags extends Pick<GenerateOptions, (typeof names)[number]> {
  readonly drySequenceBreaker?: string[];
  readonly badWord?: string[];
  /** `--no-repeat-ngram`: commander drops the "no", and gives true where the option was not given. */
  readonly repeatNgram?: number | true;
}

/** Those of the flags that sampling takes. */
export function samplingOf(flags: SamplingFlags): GenerateOptions {
  const { repeatNgram, badWord: badWords, drySequenceBreaker: drySequenceBreakers } = flags;
  return {
    ...Object.fromEntries(names.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]])),
    ...(typeof repeatNgram === "number" && { noRepeatNgram: repeatNgram }),
    ...(badWords !== undefined && { badWords }),
    ...(drySequenceBreakers !== undefined && { drySequenceBreakers }),
  };
}

export function addSamplingOptions(command: Command): Command {
  command
    .optionsGroup("Choosing tokens:")
    .option("--temperature <T>", "0: always the likeliest token (default: 0.8)", number(0))
    .option("--top-k <K>", "keep the K likeliest tokens; 0: all (default: 40)", wholeNumber(0))
    .option("--top-p <P>", "keep the likeliest tokens that sum to P; 1: all (default: 0.95)", number(0, 1))
    .option(
      "--min-p <P>",
      "keep tokens at least P times as likely as the likeliest; 0: all (default: 0.05)",
      number(0, 1),
    )
    .option("--typical-p <P>", "keep tokens of typical information that sum to P; 1: all (default: 1)", number(0, 1))
    .option("--top-n-sigma <N>", "keep logits within N deviations of the largest; 0: all (default: 0)", number(0))
    .option("--xtc-probability <P>", "how often to exclude the top choices; 0: never (default: 0)", number(0, 1))
    .option("--xtc-threshold <P>", "what makes a token a top choice (default: 0.1)", number(0, 1))
    .option(
      "--dynamic-temperature-range <X>",
      "temperature T - X to T + X, by how unsure the model is (default: 0)",
      number(0),
    )
    .option("--dynamic-temperature-exponent <X>", "the power of that (default: 1)", number(0))
    .option(
      "--mirostat <V>",
      "keep the surprise constant, version 1 or 2, instead of cutting off; 0: off (default: 0)",
      mirostat,
    )
    .option("--mirostat-tau <X>", "the surprise aimed at, in bits (default: 5)", number(0))
    .option("--mirostat-eta <X>", "how fast it is approached (default: 0.1)", number(0))
    .option("--samplers <NAMES>", "the samplers in order, with commas between them", (text) => text.split(/[,;]/))
    .option("--seed <S>", "same seed, same text (default: another one each time)", wholeNumber(0));
  command
    .optionsGroup("Repetition:")
    .option("--penalty-last-n <N>", "how many tokens count as recent; -1: all (default: 64)", wholeNumber(-1))
    .option("--repeat-penalty <X>", "divide the logits of recent tokens; 1: off (default: 1)", number(0))
    .option("--frequency-penalty <X>", "subtract for each recent occurrence; 0: off (default: 0)", number(-Infinity))
    .option("--presence-penalty <X>", "subtract for any recent occurrence; 0: off (default: 0)", number(-Infinity))
    .option("--dry-multiplier <X>", "punish what lengthens a repetition (DRY); 0: off (default: 0)", number(0))
    .option("--dry-base <X>", "its growth with each token of the repetition (default: 1.75)", number(0))
    .option("--dry-allowed-length <N>", "repetitions of fewer tokens are free (default: 2)", wholeNumber(0))
    .option("--dry-last-n <N>", "how many tokens it looks at; -1: all (default: 64)", wholeNumber(-1))
    .option("--dry-sequence-breaker <TEXT>", "no repetition reaches over this; several times", collect)
    .option("--no-repeat-ngram <N>", "no N tokens twice in the same order; 0: off (default: 0)", wholeNumber(0));
  return command
    .optionsGroup("Bans and wishes:")
    .option("--logit-bias <BIAS>", "TOKEN+X or TOKEN-X changes its logit, TOKEN-inf bans it; several times", logitBias)
    .option("--bad-word <TEXT>", "never this text; several times", collect)
    .option("--min-tokens <N>", "no end before N tokens (default: 0)", wholeNumber(0));
}

function mirostat(text: string): number {
  if (/^[012]$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be 0, 1 or 2.");
}

/** Reads `15043+1.5` or `15043-inf`, as llama.cpp has it, and adds it to those before. */
function logitBias(text: string, before: Readonly<Record<number, number>> = {}): Record<number, number> {
  const found = /^(\d+)([+-])(\d+(?:\.\d+)?|\.\d+|inf)$/.exec(text);
  if (found === null) throw new InvalidArgumentError("It must be like 15043+1.5, 15043-1.5 or 15043-inf.");
  const [, token, sign, value] = found;
  if (value === "inf" && sign === "+") throw new InvalidArgumentError("A bias can't be +inf.");
  const size = value === "inf" ? Infinity : Number(value);
  return { ...before, [Number(token)]: sign === "-" ? -size : size };
}
