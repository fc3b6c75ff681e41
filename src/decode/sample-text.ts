import { ContextFullError, InvalidArgumentError } from "../errors.ts";
import type { LoadedModel } from "../model/index.ts";
import { yieldToEventLoop } from "../platform/index.ts";
import { type SamplerOptions, createSampler, startConstraint } from "../sampling/index.ts";
import { Answer, endTokensOf } from "./answer.ts";
import { Deadline } from "./deadline.ts";
import type { GenerateOptions } from "./generate-options.ts";
import { type Piece, type Pieces, type ScoredToken, type TokenText, rate } from "./generation.ts";
import { PromptCache } from "./prompt-cache.ts";
import { PromptEcho, scored } from "./prompt-echo.ts";

/** The options with all texts turned to tokens. */
export type TokenOptions = Omit<GenerateOptions, "badWords" | "drySequenceBreakers"> &
  Pick<SamplerOptions, "badWords" | "drySequenceBreakers">;

/** Continues a text, a token at a time: each is computed when its piece is asked for. */
export async function* sampleText(
  model: LoadedModel,
  tokenizer: TokenText,
  prompt: readonly number[],
  options: TokenOptions,
  cache?: PromptCache,
): Pieces {
  const { maxTokens = Infinity, signal, taps, logprobs = false, echo = false } = options;
  const logs = logprobs !== false;
  const constraint = startConstraint(options, tokenizer);
  const endTokens = endTokensOf(tokenizer, options);
  const sampler = createSampler(options, { promptLength: prompt.length, endTokens, constraint });
  const answer = new Answer(tokenizer, options);
  const context = cache ?? new PromptCache(model, { contextLength: options.contextLength });
  const room = roomFor(prompt, context.contextLength, maxTokens);
  const echoed = echo ? new PromptEcho(tokenizer, prompt, logprobs) : undefined;
  // A sampler of the caller's own, which a function or its `apply` is, may keep what it was shown.
  const mayReuse = options.samplers?.every((sampler) => typeof sampler === "string" || !("apply" in sampler)) ?? true;
  const history = [...prompt];
  const scores: ScoredToken[] = [];
  let text = "";
  const deadline = new Deadline(signal, options.timeLimit);
  context.enter();
  try {
    const started = performance.now();
    const see = echoed?.needsLogits === true ? echoed.see.bind(echoed) : undefined;
    let logits = await deadline.within((signal) => context.read(prompt, { signal, taps }, see));
    const prefilled = performance.now();
    if (echoed !== undefined && logits !== undefined) {
      for (const piece of echoed.pieces()) {
        text += piece.text;
        yield piece;
      }
    }

    const { tokens } = answer;
    const most = logits === undefined ? 0 : Math.min(maxTokens, room);
    while (answer.stoppedBy === undefined && tokens.length < most) {
      if (tokens.length > 0) {
        logits = await context.add(tokens.slice(-1), { signal, taps, ...(mayReuse && { into: logits! }) });
        await yieldToEventLoop();
      }
      signal?.throwIfAborted();
      const sampled = sampler.sample(logits!, history);
      history.push(sampled.token);
      let shown = answer.push(sampled.token);
      if (constraint?.isComplete === true) shown += answer.finish("end");
      else if (tokens.length === most) shown += answer.finish(most === maxTokens ? "maxTokens" : "context");
      else if (deadline.isUp()) shown += answer.finish("time");
      const score = logs ? scored(tokenizer, sampled.token, sampled) : undefined;
      if (score !== undefined) scores.push(score);
      yield pieceOf(shown, score ?? { token: sampled.token }, answer);
    }
    answer.finish(logits === undefined ? "time" : "maxTokens");
    const ended = performance.now();
    const { stopText } = answer;
    return {
      promptTokens: prompt,
      tokens,
      text: text + answer.text,
      finishReason: answer.finishReason,
      stoppedBy: answer.stoppedBy!,
      ...(stopText !== undefined && { stopText }),
      ...(logs && { logprobs: scores }),
      ...(echoed?.needsLogits === true && { promptLogprobs: echoed.scores }),
      timings: {
        prefillTokensPerSecond: rate(prompt.length - context.reused, prefilled - started),
        // The first token comes with the prompt.
        decodeTokensPerSecond: rate(tokens.length - 1, ended - prefilled),
      },
    };
  } finally {
    deadline.close();
    context.leave();
    if (context !== cache) await context.close();
  }
}

/** How many tokens the answer can have. @throws InvalidArgumentError, ContextFullError */
export function roomFor(prompt: readonly number[], contextLength: number, maxTokens: number): number {
  if (prompt.length === 0) throw new InvalidArgumentError("the prompt is empty: there is nothing to continue");
  const room = contextLength - prompt.length;
  if (room > 0 || (room === 0 && maxTokens === 0)) return room;
  const found = `the prompt has ${prompt.length} tokens, the context ${contextLength}`;
  throw new ContextFullError(`${found}: there is no room for an answer; shorten the prompt or allow a longer context`);
}

/** A generated token as it is given out; the last one says why it is. */
export function pieceOf(text: string, score: Pick<ScoredToken, "token"> & Partial<ScoredToken>, answer: Answer): Piece {
  const { token, logprob, topLogprobs } = score;
  return {
    token,
    text,
    ...(typeof logprob === "number" && { logprob }),
    ...(topLogprobs !== undefined && { topLogprobs }),
    ...(answer.stoppedBy !== undefined && { finishReason: answer.finishReason }),
  };
}
