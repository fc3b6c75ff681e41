import type { Tokenizer } from "../tokenizer/index.ts";
import type { ResultStream } from "./result-stream.ts";

/** Why a generation ended, as the OpenAI API names it: a stop token or text was met, or there was no more room or time. */
export type FinishReason = "stop" | "length";

/** The same in detail: the model's own end token, one of `stopTokens`, a string or a pattern of `stop`, or a limit. */
export type StoppedBy = "end" | "token" | "string" | "pattern" | "maxTokens" | "context" | "time";

/** A token with its text and the natural logarithm of the probability that the model gave it, before any sampler. */
export interface TokenLogprob {
  readonly token: number;
  /** Of this token alone: a character that is cut between tokens shows as U+FFFD. */
  readonly text: string;
  readonly logprob: number;
}

/** A token of the text, the alternatives beside it. */
export interface ScoredToken extends Omit<TokenLogprob, "logprob"> {
  /** null for the first token of a text, which nothing precedes. */
  readonly logprob: number | null;
  /** The likeliest tokens at this place, the likeliest first; only where `logprobs` is a number above 0. */
  readonly topLogprobs?: readonly TokenLogprob[];
}

/** One token, generated or, with `echo`, of the prompt. */
export interface Piece {
  readonly token: number;
  /** The text that can be shown now: empty while a character or a possible stop string is unfinished. */
  readonly text: string;
  /** Natural logarithm of the probability that the model gave the token, before any sampler. */
  readonly logprob?: number;
  /** The likeliest tokens at this place, the likeliest first; only where `logprobs` is a number above 0. */
  readonly topLogprobs?: readonly TokenLogprob[];
  /** Set on tokens of the prompt. */
  readonly fromPrompt?: true;
  /** On the last piece only. */
  readonly finishReason?: FinishReason;
}

/** One of several texts that were generated, the best of which was taken. */
export interface Alternative {
  readonly tokens: readonly number[];
  readonly text: string;
  /** What the texts were compared by: mean log-probability, or a beam's log-probability with its length penalty. */
  readonly score: number;
  readonly finishReason: FinishReason;
}

export interface GenerationResult {
  readonly promptTokens: readonly number[];
  /** All generated tokens, the end token included. */
  readonly tokens: readonly number[];
  /** The generated text; with `echo`, after that of the prompt. */
  readonly text: string;
  readonly finishReason: FinishReason;
  readonly stoppedBy: StoppedBy;
  /** The stop string, or the text that a stop pattern matched. */
  readonly stopText?: string;
  /** Of the generated tokens; only with the option `logprobs`. */
  readonly logprobs?: readonly ScoredToken[];
  /** Of the prompt's tokens; only with the options `logprobs` and `echo`. */
  readonly promptLogprobs?: readonly ScoredToken[];
  /** All texts, the best first; only with `beams` or `bestOf`. */
  readonly alternatives?: readonly Alternative[];
  readonly timings: Timings;
}

export interface Timings {
  readonly prefillTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
}

export type Generation = ResultStream<Piece, GenerationResult>;

/** A generation as it is written: pieces, and the result at the end. */
export type Pieces = AsyncGenerator<Piece, GenerationResult, undefined>;

/** What generation needs of a tokenizer. */
export type TokenText = Pick<Tokenizer, "createDecoder" | "isEndOfGeneration"> &
  Partial<Pick<Tokenizer, "encode" | "endOfGeneration" | "pieceBytes" | "tokenType" | "vocabularySize">>;

/** For a model whose vocabulary can't be used: tokens have no text, and none ends the generation. */
export const noText: TokenText = {
  createDecoder: () => ({ push: () => "", flush: () => "" }),
  isEndOfGeneration: () => false,
};

const utf8 = new TextDecoder();

/** The text of one token by itself. */
export function textOfToken(tokenizer: TokenText, token: number): string {
  return tokenizer.pieceBytes === undefined ? "" : utf8.decode(tokenizer.pieceBytes(token));
}

export function rate(tokens: number, milliseconds: number): number {
  return tokens > 0 && milliseconds > 0 ? (1000 * tokens) / milliseconds : 0;
}
