import {
  type ChatMessage,
  type ChatOptions,
  ChatSession,
  type ChatSessionOptions,
  type ChatStream,
  type EmbedOptions,
  type GenerateOptions,
  type Generation,
  type Score,
  type ScoreOptions,
  chat,
  embed,
  type TokenText,
  generate,
  noText,
  score,
} from "./decode/index.ts";
import { TokenizerError } from "./errors.ts";
import type { Gguf } from "./gguf/index.ts";
import { Context, type LoadedModel, type ModelConfig } from "./model/index.ts";
import type { Backend, PlanDescription, Precision } from "./tensor/index.ts";
import { type Tokenizer, createTokenizer } from "./tokenizer/index.ts";

/** A text, or its tokens. */
export type TextOrTokens = string | readonly number[];

/** An empty list counts as a list of no texts. */
function isOneText(input: TextOrTokens | readonly TextOrTokens[]): input is TextOrTokens {
  return typeof input === "string" || typeof input[0] === "number";
}

/** A loaded model: what `loadModel` gives. */
export class LanguageModel {
  /** For functions that work below this class, such as `perplexity`. */
  readonly loaded: LoadedModel;
  private readonly contextLength: number;
  private ownTokenizer: Tokenizer | undefined;

  constructor(loaded: LoadedModel, contextLength = loaded.config.contextLength) {
    this.loaded = loaded;
    this.contextLength = contextLength;
  }

  /**
   * Made at the first use, since a model whose vocabulary is of no known kind can still compute logits.
   * @throws TokenizerError where the vocabulary can't be used
   */
  get tokenizer(): Tokenizer {
    return (this.ownTokenizer ??= createTokenizer(this.gguf.metadata));
  }

  get config(): ModelConfig {
    return this.loaded.config;
  }

  get gguf(): Gguf {
    return this.loaded.gguf;
  }

  get precision(): Precision {
    return this.loaded.backend.precision;
  }

  get kernels(): Backend["kernels"] {
    return this.loaded.backend.kernels;
  }

  get threads(): number {
    return this.loaded.backend.threads;
  }

  /** The plan that the model was compiled to; undefined for the reference kernels, which compute without one. */
  explain(): PlanDescription | undefined {
    return this.loaded.program.explain?.();
  }

  /**
   * Continues a text. Read the pieces with `for await`, or await `.result`.
   * @param prompt text, in which special tokens count as plain text, or tokens; these also where the vocabulary can't
   * be used: the pieces then have no text
   */
  generate(prompt: string | readonly number[], options: GenerateOptions = {}): Generation {
    const tokens = typeof prompt === "string" ? this.tokenizer.encode(prompt) : prompt;
    return generate(this.loaded, this.tokenText(), tokens, { contextLength: this.contextLength, ...options });
  }

  /** Answers a conversation, by the model's own chat template. */
  chat(messages: readonly ChatMessage[], options: ChatOptions = {}): ChatStream {
    return chat(this.loaded, this.tokenizer, messages, { contextLength: this.contextLength, ...options });
  }

  /**
   * How likely the model finds a text, or each of several, token by token.
   * @param text text, in which special tokens count as plain text, or tokens
   */
  score(text: TextOrTokens, options?: ScoreOptions): Promise<Score>;
  score(texts: readonly TextOrTokens[], options?: ScoreOptions): Promise<Score[]>;
  async score(input: TextOrTokens | readonly TextOrTokens[], options: ScoreOptions = {}): Promise<Score | Score[]> {
    const scores = await score(this.loaded, this.tokensOf(input), options);
    return isOneText(input) ? scores[0] : scores;
  }

  /**
   * A vector for a text, or for each of several, whose direction tells what it is about.
   * @param text text, in which special tokens count as plain text, or tokens
   * @returns [width]
   */
  embed(text: TextOrTokens, options?: EmbedOptions): Promise<Float32Array>;
  embed(texts: readonly TextOrTokens[], options?: EmbedOptions): Promise<Float32Array[]>;
  async embed(input: TextOrTokens | readonly TextOrTokens[], options: EmbedOptions = {}) {
    const vectors = await embed(this.loaded, this.tokensOf(input), options);
    return isOneText(input) ? vectors[0] : vectors;
  }

  /** A conversation that goes on, and keeps its cache between turns. */
  createChat(options: ChatSessionOptions = {}): ChatSession {
    return new ChatSession(this.loaded, this.tokenizer, { contextLength: this.contextLength, ...options });
  }

  /** A text of one's own to compute on, token by token or as a whole. */
  createContext(options: { contextLength?: number } = {}): Context {
    return new Context(this.loaded, { contextLength: this.contextLength, ...options });
  }

  private tokensOf(input: TextOrTokens | readonly TextOrTokens[]): (readonly number[])[] {
    const texts = isOneText(input) ? [input] : input;
    return texts.map((text) => (typeof text === "string" ? this.tokenizer.encode(text) : text));
  }

  private tokenText(): TokenText {
    try {
      return this.tokenizer;
    } catch (error) {
      if (error instanceof TokenizerError) return noText;
      throw error;
    }
  }

  /** Ends the workers and gives memory and file back. */
  async close(): Promise<void> {
    await this.loaded.backend.close();
    await this.gguf.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
