import { PagePool, Sequence } from "../cache/index.ts";
import { ContextFullError, InvalidArgumentError } from "../errors.ts";
import { yieldToEventLoop } from "../platform/index.ts";
import type { Batch, CacheStorage, Taps } from "../tensor/index.ts";
import type { LoadedModel } from "./loaded-model.ts";

export interface ForwardOptions {
  /** For which tokens to compute logits: all, or only the last. Default `"all"`. */
  readonly outputs?: "all" | "last";
  /** Evaluate so many tokens at a time. The result is the same, bit for bit. Default: what suits the kernels. */
  readonly chunk?: number;
  /**
   * Where the logits go, and what the call returns: an array as long as they are. Without it they are a new one, which
   * over thousands of tokens is work for the garbage collector.
   */
  readonly into?: Float32Array;
  /**
   * Ends the call by throwing the signal's reason: between two chunks, with the fast kernels within one. The finished
   * chunks stay in the cache.
   */
  readonly signal?: AbortSignal;
  /** Shows intermediate values, by name or pattern, once per chunk. */
  readonly taps?: Taps;
}

/** One text being read or written by the model, with its key-value cache. */
export class Context {
  /** The most tokens that the text can have. */
  readonly contextLength: number;
  private readonly model: LoadedModel;
  private readonly pool = new PagePool();
  private readonly sequence = new Sequence(this.pool);
  private readonly storage: CacheStorage;
  private busy = false;
  private closed = false;

  /** @throws InvalidArgumentError for a length that is not a positive integer */
  constructor(model: LoadedModel, options: { contextLength?: number } = {}) {
    const { contextLength = model.config.contextLength } = options;
    if (!Number.isInteger(contextLength) || contextLength < 1) {
      throw new InvalidArgumentError(`contextLength must be a positive integer, not ${contextLength}`);
    }
    const { learnedPositions = false } = model.config.variant;
    if (learnedPositions && contextLength > model.config.contextLength) {
      const most = model.config.contextLength;
      throw new InvalidArgumentError(`this model knows ${most} positions, contextLength can't be ${contextLength}`);
    }
    this.model = model;
    this.contextLength = contextLength;
    this.storage = model.program.createCache(model.config);
  }

  /** How many tokens the text has so far. */
  get length(): number {
    return this.sequence.length;
  }

  /** Bytes of the key-value cache now. */
  get cacheBytes(): number {
    return this.storage.bytes;
  }

  /**
   * Adds tokens to the text and computes their logits.
   * @returns one row of logits per token, or one for the last. [tokens or 1, vocabularySize]
   * @throws ContextFullError where the text would grow past `contextLength`; nothing is added then
   * @throws InvalidArgumentError for a token outside the vocabulary, no tokens, an array `into` of another length, or a
   * second call before the first ended
   */
  async forward(tokens: ArrayLike<number>, options: ForwardOptions = {}): Promise<Float32Array> {
    const { outputs = "all", signal, taps, chunk = Infinity } = options;
    const ids = this.checked(tokens);
    if (!(chunk >= 1)) throw new InvalidArgumentError(`chunk must be at least 1, not ${chunk}`);
    const { maxBatch, maxOutputs } = this.model.backend;
    const step = Math.min(Math.floor(chunk), maxBatch, outputs === "all" ? maxOutputs : maxBatch);
    const { vocabularySize } = this.model.config;
    const length = (outputs === "all" ? ids.length : 1) * vocabularySize;
    const { into = new Float32Array(length) } = options;
    if (into.length !== length) throw new InvalidArgumentError(`into must have ${length} numbers, not ${into.length}`);

    this.busy = true;
    try {
      for (let start = 0; ; start += step) {
        signal?.throwIfAborted();
        const part = ids.subarray(start, start + step);
        const isLast = start + part.length === ids.length;
        const rows = Int32Array.from(outputs === "all" ? part.keys() : isLast ? [part.length - 1] : []);
        const first = outputs === "all" ? start * vocabularySize : 0;
        await this.run(part, rows, into.subarray(first, first + rows.length * vocabularySize), taps, signal);
        if (isLast) return into;
        await yieldToEventLoop();
      }
    } finally {
      this.busy = false;
    }
  }

  /** Forgets the tokens from `length` on. */
  truncate(length: number): void {
    if (!Number.isInteger(length) || length < 0) throw new InvalidArgumentError(`can't truncate to ${length} tokens`);
    this.assertUsable();
    this.sequence.truncate(length);
  }

  /** Forgets the whole text. */
  clear(): void {
    this.truncate(0);
  }

  /** Gives the cache's memory back. */
  close(): Promise<void> {
    if (!this.closed) this.storage.release();
    this.closed = true;
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async run(
    tokens: Int32Array,
    outputs: Int32Array,
    into: Float32Array,
    taps: Taps | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const start = this.sequence.length;
    this.sequence.reserve(tokens.length);
    this.storage.reserve(this.pool.highWater);
    const batch: Batch = {
      tokens,
      positions: tokens.map((_, i) => start + i),
      sequences: new Int32Array(tokens.length),
      pageTables: [this.sequence.pageTable],
      outputs,
      into,
    };
    await this.model.program.run(batch, this.storage, taps, signal);
    this.sequence.commit(tokens.length);
  }

  private checked(tokens: ArrayLike<number>): Int32Array {
    this.assertUsable();
    const { vocabularySize } = this.model.config;
    if (tokens.length === 0) throw new InvalidArgumentError("there are no tokens to compute");
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      if (!Number.isInteger(token) || token < 0 || token >= vocabularySize) {
        throw new InvalidArgumentError(`token ${token} is not in the vocabulary, 0 to ${vocabularySize - 1}`);
      }
    }
    if (this.length + tokens.length > this.contextLength) {
      throw new ContextFullError(
        `${tokens.length} more tokens don't fit: the context has ${this.length} of ${this.contextLength}`,
      );
    }
    return Int32Array.from(tokens);
  }

  private assertUsable(): void {
    if (this.closed) throw new InvalidArgumentError("the context is closed");
    if (this.busy) throw new InvalidArgumentError("the context is still computing: await the call before");
  }
}
