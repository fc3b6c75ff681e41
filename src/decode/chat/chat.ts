import type { LoadedModel } from "../../model/index.ts";
import type { ChatMessage, Tokenizer } from "../../tokenizer/index.ts";
import { generate } from "../generate.ts";
import type { PromptCache } from "../prompt-cache.ts";
import { ResultStream } from "../result-stream.ts";
import { OutputParser, type OutputParserOptions } from "../tool-calls/index.ts";
import { Draft } from "./draft.ts";
import { type Fitted, fitMessages } from "./fit.ts";
import { omit } from "./omit.ts";
import type { ChatOptions, ChatPart, ChatResult, ChatStream } from "./options.ts";
import { promptMaker } from "./prompt.ts";
import { withShownMarks } from "./shown-marks.ts";
import { Steering } from "./steering.ts";

/** What a conversation that goes on keeps. */
export interface Kept {
  readonly cache: PromptCache;
  /** Turns that the model does not get to see any more. */
  turnsLeft: number;
  /** The answer as far as it came. */
  draft: Draft;
}

/** Answers a conversation. */
export function chat(
  model: LoadedModel,
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
  options: ChatOptions = {},
): ChatStream {
  return new ResultStream(chatParts(model, tokenizer, messages, options));
}

export async function* chatParts(
  model: LoadedModel,
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
  options: ChatOptions,
  kept?: Kept,
): AsyncGenerator<ChatPart, ChatResult, undefined> {
  const maker = promptMaker(model, tokenizer, options);
  const steering = new Steering(maker, options);
  const { opening } = steering;
  const contextLength = kept?.cache.contextLength ?? options.contextLength ?? model.config.contextLength;
  let rendered = "";
  const fitted = await fit(messages, contextLength, options, kept, async (some) => {
    rendered = await maker.render(some);
    return maker.encode(rendered + opening);
  });
  const draft = kept?.draft ?? new Draft();
  // Where the last turn alone is too long, `generate` says so, and nothing was gained by leaving others out.
  const fits = fitted.tokens.length < contextLength;
  const trimmed = fits ? noteOf(fitted, kept) : undefined;
  if (trimmed !== undefined) {
    draft.add(trimmed);
    yield trimmed;
  }
  if (kept !== undefined && fits) kept.turnsLeft = fitted.turns;

  const parsing: OutputParserOptions = {
    ...steering.parsing,
    reasoning: maker.reasons && opening === "" && endsInReasoning(rendered) ? "open" : maker.reasons,
    earlierCalls: messages.reduce((sum, { tool_calls: calls }) => sum + (Array.isArray(calls) ? calls.length : 0), 0),
  };
  const parser = new OutputParser(parsing);
  const shown = withShownMarks(tokenizer, maker.family);
  const generation = generate(
    model,
    shown,
    fitted.tokens,
    { ...omit(options, ...ofChat), ...steering.constraint(tokenizer, shown, parsing) },
    kept?.cache,
  );

  function* told(parts: ReturnType<OutputParser["push"]>) {
    for (const part of parts) {
      draft.add(part);
      yield part;
    }
  }
  yield* told(parser.push(opening));
  for await (const { text } of generation) yield* told(parser.push(text));
  const result = await generation.result;
  if (result.finishReason === "stop" && steering.closing !== "") yield* told(parser.push(steering.closing));
  yield* told(parser.end());

  const finishReason =
    result.finishReason === "stop" && draft.toolCalls.length > 0 ? "tool_calls" : result.finishReason;
  yield { type: "finish", finishReason };
  const { text, reasoning, toolCalls, notes, message } = draft;
  const cachedTokens = kept?.cache.reused ?? 0;
  return { ...result, text, reasoning, toolCalls, notes, finishReason, message, cachedTokens };
}

function fit(
  messages: readonly ChatMessage[],
  contextLength: number,
  { whenFull = "trim", maxTokens = Infinity, answerRoom }: ChatOptions,
  kept: Kept | undefined,
  tokensOf: (messages: readonly ChatMessage[]) => Promise<number[]>,
): Promise<Fitted> {
  if (whenFull === "refuse") return fitMessages(messages, tokensOf, { most: Infinity });
  const room = answerRoom ?? Math.min(maxTokens, Math.floor(contextLength / 4));
  const most = contextLength - Math.max(1, room);
  // A conversation that goes on is cut so that its next turns find their beginning in the cache.
  const goesOn = kept !== undefined && { target: Math.floor(most / 2), left: kept.turnsLeft };
  return fitMessages(messages, tokensOf, { most, ...goesOn });
}

function noteOf({ turns, messages }: Fitted, kept: Kept | undefined) {
  if (turns === (kept?.turnsLeft ?? 0)) return undefined;
  const message = `the context is full: the oldest ${messages === 1 ? "message is" : `${messages} messages are`} left out`;
  return { type: "note", code: "HISTORY_TRIMMED", message, dropped: messages } as const;
}

/** Some templates begin the reasoning themselves. */
function endsInReasoning(prompt: string): boolean {
  return /<think>\s*$/.test(prompt);
}

/** The options that are of chat alone. */
const ofChat = [
  "tools",
  "toolChoice",
  "looseArguments",
  "whenFull",
  "answerRoom",
  "template",
  "variables",
  "now",
] as const;
