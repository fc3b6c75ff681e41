import { createRandom } from "../../sampling/index.ts";

/** Tokens of a text, in as few bytes as its vocabulary allows. */
export type TokenArray = Uint16Array | Uint32Array;

/**
 * Windows of a long text side by side, in an order that is shuffled anew for every epoch. What comes at which place
 * depends on the seed and the place only, so there is no state to keep.
 */
export class Windows {
  /** Windows in the text. */
  readonly count: number;
  private readonly tokens: TokenArray;
  private readonly length: number;
  private readonly seed: number;
  private epoch = -1;
  private readonly order: Uint32Array;

  /** @param length of a window; the token after it is needed too */
  constructor(tokens: TokenArray, length: number, seed: number) {
    this.tokens = tokens;
    this.length = length;
    this.seed = seed;
    this.count = Math.max(0, Math.floor((tokens.length - 1) / length));
    this.order = new Uint32Array(this.count);
  }

  /** The sequence at a place of the endless stream of shuffled windows, each `length` + 1 tokens. */
  at(place: number): Int32Array {
    return this.window(this.indexAt(place));
  }

  /** Which window comes at a place. */
  indexAt(place: number): number {
    this.shuffle(Math.floor(place / this.count));
    return this.order[place % this.count];
  }

  /** The windows in the text's own order. */
  window(index: number): Int32Array {
    const from = index * this.length;
    return Int32Array.from(this.tokens.subarray(from, from + this.length + 1));
  }

  /** Fisher and Yates 1938, as Durstenfeld 1964 has it. */
  private shuffle(epoch: number): void {
    if (epoch === this.epoch) return;
    this.epoch = epoch;
    const { order } = this;
    const random = createRandom(this.seed + epoch);
    for (let i = 0; i < order.length; i++) order[i] = i;
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
  }
}
