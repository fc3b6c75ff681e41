import { ContextFullError, InvalidArgumentError } from "../errors.ts";
import type { LoadedModel } from "../model/index.ts";
import { yieldToEventLoop } from "../platform/index.ts";
import { type SamplerOptions, createSampler } from "../sampling/index.ts";
import type { Taps } from "../tensor/index.ts";
import type { Tokenizer } from "../tokenizer/index.ts";
import { PromptCache } from "./prompt-cache.ts";
import { ResultStream } from "./result-stream.ts";
import { StopStrings } from "./stop-strings.ts";

export interface GenerateOptions extends SamplerOptions {
  /** The most tokens to generate. Default: as many as the context has room for. */
  readonly maxTokens?: number;
  /** Texts that end the generation; they are not part of the result. Control tokens have no text: see `stopTokens`. */
  readonly stop?: readonly string[];
  /** Tokens that end the generation, besides the model's own end tokens. */
  readonly stopTokens?: readonly number[];
  /** Go on past the model's own end tokens. Default false. */
  readonly ignoreEnd?: boolean;
  /** The most tokens of prompt and answer together. Default: what the model was trained on. */
  readonly contextLength?: number;
  /** Ends the generation by throwing the signal's reason. */
  readonly signal?: AbortSignal;
  /** Shows intermediate values, by name or pattern: of the prompt a chunk at a time, then of each token. */
  readonly taps?: Taps;
}

/** Why a generation ended, as the OpenAI API names it: a stop token or string was met, or there was no more room. */
export type FinishReason = "stop" | "length";

/** One generated token. */
export interface Piece {
  readonly token: number;
  /** The text that can be shown now: empty while a character or a possible stop string is unfinished. */
  readonly text: string;
  /** Natural logarithm of the probability that the model gave the token, before any sampler. */
  readonly logprob?: number;
  /** On the last piece only. */
  readonly finishReason?: FinishReason;
}

export interface GenerationResult {
  readonly promptTokens: readonly number[];
  /** All generated tokens, the end token included. */
  readonly tokens: readonly number[];
  readonly text: string;
  readonly finishReason: FinishReason;
  readonly timings: { readonly prefillTokensPerSecond: number; readonly decodeTokensPerSecond: number };
}

export type Generation = ResultStream<Piece, GenerationResult>;

/** What generation needs of a tokenizer. */
export type TokenText = Pick<Tokenizer, "createDecoder" | "isEndOfGeneration"> &
  Partial<Pick<Tokenizer, "endOfGeneration">>;

/** For a model whose vocabulary can't be used: tokens have no text, and none ends the generation. */
export const noText: TokenText = {
  createDecoder: () => ({ push: () => "", flush: () => "" }),
  isEndOfGeneration: () => false,
};

/**
 * Continues `prompt`, a token at a time.
 * @throws InvalidArgumentError for an empty prompt or bad options; ContextFullError for a prompt that leaves no room;
 * both when the first piece is asked for
 * @param cache what is computed in, and stays open; of a prompt that begins like the text before, the rest is computed
 */
export function generate(
  model: LoadedModel,
  tokenizer: TokenText,
  prompt: readonly number[],
  options: GenerateOptions = {},
  cache?: PromptCache,
): Generation {
  return new ResultStream(pieces(model, tokenizer, prompt, options, cache));
}

async function* pieces(
  model: LoadedModel,
  tokenizer: TokenText,
  prompt: readonly number[],
  options: GenerateOptions,
  cache?: PromptCache,
): AsyncGenerator<Piece, GenerationResult, undefined> {
  const { maxTokens = Infinity, signal, taps, stop = [], stopTokens = [], ignoreEnd = false } = options;
  if (prompt.length === 0) throw new InvalidArgumentError("the prompt is empty: there is nothing to continue");
  if (!(maxTokens >= 0)) throw new InvalidArgumentError(`maxTokens must be at least 0, not ${maxTokens}`);

  const endTokens = [...stopTokens, ...(ignoreEnd ? [] : (tokenizer.endOfGeneration ?? []))];
  const sampler = createSampler(options, { promptLength: prompt.length, endTokens });
  // The text follows the prompt: SentencePiece keeps its first space, and control tokens have no text.
  const decoder = tokenizer.createDecoder({ special: false, continuation: true });
  const stops = new StopStrings(stop);
  const isEnd = (token: number) => stopTokens.includes(token) || (!ignoreEnd && tokenizer.isEndOfGeneration(token));
  const context = cache ?? new PromptCache(model, { contextLength: options.contextLength });
  const room = context.contextLength - prompt.length;
  if (room < 0 || (room === 0 && maxTokens > 0)) throw noRoom(prompt.length, context.contextLength);
  const limit = Math.min(maxTokens, room);

  const tokens: number[] = [];
  const history = [...prompt];
  let text = "";
  let finishReason: FinishReason = "length";
  context.enter();
  try {
    const started = performance.now();
    let logits = await context.read(prompt, { signal, taps });
    const prefilled = performance.now();

    while (tokens.length < limit) {
      if (tokens.length > 0) {
        logits = await context.add(tokens.slice(-1), { signal, taps });
        await yieldToEventLoop();
      }
      signal?.throwIfAborted();
      const { token, logprob } = sampler.sample(logits, history);
      tokens.push(token);
      history.push(token);

      const ended = isEnd(token);
      let shown = ended ? "" : stops.push(decoder.push(token));
      if (ended || stops.stopped) finishReason = "stop";
      const isLast = finishReason === "stop" || tokens.length === limit;
      if (isLast) shown += stops.push(decoder.flush()) + stops.flush();
      text += shown;
      yield {
        token,
        text: shown,
        ...(logprob !== undefined && { logprob }),
        ...(isLast && { finishReason }),
      };
      if (isLast) break;
    }
    const ended = performance.now();
    const timings = {
      prefillTokensPerSecond: rate(prompt.length - context.reused, prefilled - started),
      // The first token comes with the prompt.
      decodeTokensPerSecond: rate(tokens.length - 1, ended - prefilled),
    };
    return { promptTokens: prompt, tokens, text, finishReason, timings };
  } finally {
    context.leave();
    if (context !== cache) await context.close();
  }
}

function noRoom(promptLength: number, contextLength: number): ContextFullError {
  const found = `the prompt has ${promptLength} tokens, the context ${contextLength}`;
  return new ContextFullError(`${found}: there is no room for an answer; shorten the prompt or allow a longer context`);
}

function rate(tokens: number, milliseconds: number): number {
  return tokens > 0 && milliseconds > 0 ? (1000 * tokens) / milliseconds : 0;
}
