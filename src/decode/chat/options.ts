import type { ChatMessage } from "../../tokenizer/index.ts";
import type { FinishReason, GenerateOptions, GenerationResult } from "../generate.ts";
import type { ResultStream } from "../result-stream.ts";
import type { Note, OutputPart, ToolCall } from "../tool-calls/index.ts";

/** A function that the model may call, in the form that chat templates and the OpenAI API take. */
export interface Tool {
  readonly type: "function";
  readonly function: {
    readonly name: string;
    readonly description?: string;
    /** JSON Schema of the arguments, an object's. Those that it does not list are not written. Default: no arguments. */
    readonly parameters?: object;
  };
}

export interface ChatOptions extends Omit<GenerateOptions, "echo"> {
  /** Functions that the model may call. Where its template has no place for them, they are described in words. */
  readonly tools?: readonly Tool[];
  /**
   * `"auto"`: the model decides, the default; `"none"`: it is shown no tools; `"required"`: it calls one; a name: it
   * calls that one. A call that is required comes at once, without reasoning or text before it.
   */
  readonly toolChoice?: "auto" | "none" | "required" | { readonly name: string };
  /**
   * Let the model write arguments that its tools' `parameters` do not allow. Default false: from where a call's tool is
   * known, only what fulfils them can be written; parameters that can't be followed are an error.
   */
  readonly looseArguments?: boolean;
  /**
   * What to do when conversation and answer don't fit the context. `"trim"`, the default: leave out the oldest turns,
   * whole, but never system messages nor the last turn; `"refuse"`: fail with `ContextFullError`.
   */
  readonly whenFull?: "trim" | "refuse";
  /** Room to leave for the answer when trimming. Default: `maxTokens`, at most a quarter of the context. */
  readonly answerRoom?: number;
  /** A Jinja template to use instead of the model's own. */
  readonly template?: string;
  /** Further variables for the template, such as `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The time that the template sees. Default: now. */
  readonly now?: Date;
}

/** `"tool_calls"`: the answer ended and asks for calls. */
export type ChatFinishReason = FinishReason | "tool_calls";

/** A part of the answer, and last why it ended. */
export type ChatPart = OutputPart | { readonly type: "finish"; readonly finishReason: ChatFinishReason };

/** An answer, to be added to the conversation. */
export interface AssistantMessage extends ChatMessage {
  readonly role: "assistant";
  readonly content: string;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly type: "function";
    readonly function: { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> };
  }[];
}

export interface ChatResult extends Omit<GenerationResult, "finishReason"> {
  /** What the model says to the user: no reasoning, no calls. */
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  /** What went differently from how one might think. */
  readonly notes: readonly Note[];
  readonly finishReason: ChatFinishReason;
  readonly message: AssistantMessage;
  /** How many of `promptTokens` were in the cache already. */
  readonly cachedTokens: number;
}

export type ChatStream = ResultStream<ChatPart, ChatResult>;
