import { InvalidArgumentError } from "../errors.ts";
import type { ConstraintOptions, SamplerOptions } from "../sampling/index.ts";
import type { Taps } from "../tensor/index.ts";

/** How a text is continued. */
export interface GenerateOptions extends Omit<SamplerOptions, "badWords" | "drySequenceBreakers">, ConstraintOptions {
  /** The most tokens to generate. Default: as many as the context has room for. */
  readonly maxTokens?: number;
  /**
   * Texts and patterns that end the generation; they are not part of the result, and no part of them is ever emitted. The
   * first that is complete ends it. Control tokens have no text: see `stopTokens`. A pattern is followed character by
   * character, without backtracking; it can't look ahead or behind, hold `$`, `\b` or references to groups.
   */
  readonly stop?: readonly (string | RegExp)[];
  /** Tokens that end the generation, besides the model's own end tokens. */
  readonly stopTokens?: readonly number[];
  /** Go on past the model's own end tokens. Default false. */
  readonly ignoreEnd?: boolean;
  /** Ends the generation so many milliseconds after it began, with what there is then. Default: no limit. */
  readonly timeLimit?: number;
  /**
   * Texts or sequences of tokens that never occur. A text is forbidden as the tokenizer writes it, at a text's beginning
   * and after a space; a model can still spell it with other tokens.
   */
  readonly badWords?: readonly (string | readonly number[])[];
  /** Texts or sequences of tokens over which DRY sees no repetition. Default: none. */
  readonly drySequenceBreakers?: readonly (string | readonly number[])[];
  /** Give the prompt's tokens too, before the generated ones; with `logprobs`, how likely the model found them. */
  readonly echo?: boolean;
  /** Generate so many texts and give the one of the highest mean log-probability. Default 1. */
  readonly bestOf?: number;
  /** Beam search: follow so many of the likeliest texts at a time; nothing is drawn. Needs `maxTokens`. Default: off. */
  readonly beams?: number;
  /** Beams are compared by log-probability / tokens^lengthPenalty: above 0 long ones gain, below 0 short ones. Default 1. */
  readonly lengthPenalty?: number;
  /** The most tokens of prompt and answer together. Default: what the model was trained on. */
  readonly contextLength?: number;
  /** Ends the generation by throwing the signal's reason. */
  readonly signal?: AbortSignal;
  /** Shows intermediate values, by name or pattern: of the prompt a chunk at a time, then of each token. */
  readonly taps?: Taps;
}

/** @throws InvalidArgumentError for an option outside its range */
export function checkGenerateOptions(options: GenerateOptions): void {
  const { maxTokens = 0, timeLimit = 0, bestOf = 1, beams = 1, lengthPenalty = 1, minTokens = 0 } = options;
  if (!(maxTokens >= 0)) throw new InvalidArgumentError(`maxTokens must be at least 0, not ${maxTokens}`);
  if (!(timeLimit >= 0)) throw new InvalidArgumentError(`timeLimit must be milliseconds, at least 0, not ${timeLimit}`);
  for (const [name, value] of Object.entries({ bestOf, beams })) {
    if (!Number.isSafeInteger(value) || value < 1 || value > mostTexts) {
      throw new InvalidArgumentError(`${name} must be a whole number from 1 to ${mostTexts}, not ${value}`);
    }
  }
  if (!Number.isFinite(lengthPenalty)) {
    throw new InvalidArgumentError(`lengthPenalty must be a number, not ${lengthPenalty}`);
  }
  if (options.maxTokens !== undefined && minTokens > maxTokens) {
    throw new InvalidArgumentError(`minTokens (${minTokens}) is more than maxTokens (${maxTokens})`);
  }
  if (options.beams === undefined || beams === 1) {
    if (options.lengthPenalty !== undefined && options.beams === undefined) {
      throw new InvalidArgumentError("lengthPenalty would count for nothing without beams");
    }
    return;
  }
  if (bestOf > 1) throw new InvalidArgumentError("beams and bestOf exclude each other: a beam search draws nothing");
  if (!Number.isFinite(options.maxTokens ?? NaN)) {
    throw new InvalidArgumentError("a beam search needs maxTokens: the texts are compared when they are finished");
  }
  const drawing = (
    ["topK", "topP", "minP", "typicalP", "topNSigma", "xtcProbability", "mirostat", "samplers"] as const
  ).find((name) => options[name] !== undefined);
  const constraint = (["jsonSchema", "regex", "choices", "grammar", "constraint"] as const).find(
    (name) => options[name] !== undefined,
  );
  if (constraint !== undefined) {
    throw new InvalidArgumentError(`a beam search can't be held to ${constraint}: use bestOf instead of beams`);
  }
  if (drawing !== undefined) {
    throw new InvalidArgumentError(`${drawing} would count for nothing: a beam search draws nothing`);
  }
}

const mostTexts = 1000;
