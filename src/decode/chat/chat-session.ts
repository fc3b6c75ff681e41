import type { LoadedModel } from "../../model/index.ts";
import type { ChatMessage, Tokenizer } from "../../tokenizer/index.ts";
import { PromptCache } from "../prompt-cache.ts";
import { ResultStream } from "../result-stream.ts";
import { type Kept, chatParts } from "./chat.ts";
import { Draft } from "./draft.ts";
import type { ChatOptions, ChatPart, ChatResult, ChatStream } from "./options.ts";

/** Options of a conversation that goes on; those of an answer can be given with each message too. */
export interface ChatSessionOptions extends ChatOptions {
  /** What the model is told before the conversation. */
  readonly system?: string;
  /** What was said before. */
  readonly messages?: readonly ChatMessage[];
}

/**
 * A conversation that goes on. It keeps what was said, and the key-value cache, so that a turn computes only what is new.
 * One answer at a time.
 */
export class ChatSession {
  private readonly model: LoadedModel;
  private readonly tokenizer: Tokenizer;
  private readonly options: ChatOptions;
  private readonly kept: Kept;
  private said: ChatMessage[] = [];

  constructor(model: LoadedModel, tokenizer: Tokenizer, options: ChatSessionOptions = {}) {
    const { system, messages = [], ...rest } = options;
    this.model = model;
    this.tokenizer = tokenizer;
    this.options = rest;
    const cache = new PromptCache(model, { contextLength: rest.contextLength });
    this.kept = { cache, turnsLeft: 0, draft: new Draft() };
    this.reset([...(system === undefined ? [] : [{ role: "system", content: system }]), ...messages]);
  }

  /** What was said so far. */
  get messages(): readonly ChatMessage[] {
    return this.said;
  }

  /** The most tokens of the conversation. */
  get contextLength(): number {
    return this.kept.cache.contextLength;
  }

  /** How many tokens the model has before it, as of the last answer. */
  get contextTokens(): number {
    return this.kept.cache.length;
  }

  /** Begins anew, with these messages. */
  reset(messages: readonly ChatMessage[] = []): void {
    this.said = [...messages];
    this.kept.turnsLeft = 0;
  }

  /**
   * Says something and answers. Message and answer are kept when the answer ends; one that was stopped, by a signal or by
   * leaving the loop, counts as far as it came; after any other error neither is kept.
   * @param content a text, a message, or several, such as the results of calls
   */
  send(content: string | ChatMessage | readonly ChatMessage[], options: ChatOptions = {}): ChatStream {
    const added: ChatMessage[] =
      typeof content === "string" ? [{ role: "user", content }] : isList(content) ? [...content] : [content];
    return new ResultStream(this.answer(added, { ...this.options, ...options }));
  }

  private async *answer(
    added: readonly ChatMessage[],
    options: ChatOptions,
  ): AsyncGenerator<ChatPart, ChatResult, undefined> {
    const asked = [...this.said, ...added];
    const draft = new Draft();
    let failed = false;
    let ended = false;
    try {
      const kept = this.keptFor(draft);
      const result = yield* chatParts(this.model, this.tokenizer, asked, options, kept);
      ended = true;
      return result;
    } catch (error) {
      failed = options.signal?.aborted !== true;
      throw error;
    } finally {
      if (ended || (!failed && !draft.isEmpty)) this.said = [...asked, draft.message];
    }
  }

  /** The kept state with another draft. */
  private keptFor(draft: Draft): Kept {
    this.kept.draft = draft;
    return this.kept;
  }

  /** Gives the cache's memory back. */
  close(): Promise<void> {
    return this.kept.cache.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const isList = (content: ChatMessage | readonly ChatMessage[]): content is readonly ChatMessage[] =>
  Array.isArray(content);
