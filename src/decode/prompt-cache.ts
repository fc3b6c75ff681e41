import { InvalidArgumentError } from "../errors.ts";
import { Context, type ForwardOptions, type LoadedModel } from "../model/index.ts";

type ReadOptions = Pick<ForwardOptions, "signal" | "taps" | "into">;

/**
 * A context that knows which tokens it holds, so that of a prompt which begins like the text before only the rest is
 * computed. Cached = uncached, so the answer is the same, bit for bit.
 */
export class PromptCache {
  private readonly context: Context;
  private tokens: number[] = [];
  private taken = false;
  /** How many tokens of the last prompt were not computed again. */
  reused = 0;

  /** @throws InvalidArgumentError for a length that is not a positive integer */
  constructor(model: LoadedModel, options: { contextLength?: number } = {}) {
    this.context = new Context(model, options);
  }

  get contextLength(): number {
    return this.context.contextLength;
  }

  /** How many tokens it holds. */
  get length(): number {
    return this.tokens.length;
  }

  /** One generation at a time: another must wait for `leave`. @throws InvalidArgumentError where one is under way */
  enter(): void {
    if (this.taken)
      throw new InvalidArgumentError("this conversation is still being answered: await that answer first");
    this.taken = true;
  }

  leave(): void {
    this.taken = false;
  }

  /**
   * The logits after the last token of a text that begins anew. [vocabularySize]
   * @param see is shown the logits after each token; then all are computed
   */
  read(
    prompt: readonly number[],
    options: ReadOptions = {},
    see?: (logits: Float32Array, position: number) => void,
  ): Promise<Float32Array> {
    // The last token is computed in any case: its logits are wanted.
    const most = see !== undefined ? 0 : Math.min(this.tokens.length, prompt.length - 1);
    let same = 0;
    while (same < most && this.tokens[same] === prompt[same]) same++;
    this.context.truncate(same);
    this.reused = same;
    this.tokens = prompt.slice(0, same);
    return see === undefined ? this.add(prompt.slice(same), options) : this.readAll(prompt, options, see);
  }

  /** The logits after the last of more tokens. What was computed before an abort stays. [vocabularySize] */
  async add(tokens: readonly number[], options: ReadOptions = {}): Promise<Float32Array> {
    const { length } = this.context;
    try {
      return await this.context.forward(tokens, { outputs: "last", ...options });
    } finally {
      this.tokens.push(...tokens.slice(0, this.context.length - length));
    }
  }

  /** In parts, so that the logits of a whole prompt need not be held. */
  private async readAll(
    prompt: readonly number[],
    options: ReadOptions,
    see: (logits: Float32Array, position: number) => void,
  ): Promise<Float32Array> {
    let row = new Float32Array(0);
    for (let start = 0; start < prompt.length; start += partLength) {
      const part = prompt.slice(start, start + partLength);
      const logits = await this.context.forward(part, options);
      this.tokens.push(...part);
      for (let i = 0; i < part.length; i++) {
        row = logits.slice((i * logits.length) / part.length, ((i + 1) * logits.length) / part.length);
        see(row, start + i);
      }
    }
    return row;
  }

  /** Gives the cache's memory back. */
  close(): Promise<void> {
    this.tokens = [];
    return this.context.close();
  }
}

/** Tokens whose logits are held at a time. */
const partLength = 32;
