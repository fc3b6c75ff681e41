import { InvalidArgumentError, PellucidError } from "../errors.ts";

/**
 * Items as they come, and a result at the end: read the items with `for await`, or skip them and await `result`.
 * Nothing happens before one of the two begins.
 */
export class ResultStream<Item, Result> implements AsyncIterable<Item> {
  private readonly source: AsyncGenerator<Item, Result, undefined>;
  private readonly settled: Promise<Result>;
  private settle!: { resolve: (result: Result) => void; reject: (reason: unknown) => void };
  private started = false;

  constructor(source: AsyncGenerator<Item, Result, undefined>) {
    this.source = source;
    this.settled = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    // Whoever reads only the items sees an error there; the promise that nobody asked for must not report it again.
    this.settled.catch(() => undefined);
  }

  /** What it all came to. Rejects with the error that ended it, or `ABANDONED` when the reader left the loop early. */
  get result(): Promise<Result> {
    if (!this.started) void this.drain();
    return this.settled;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    if (this.started) throw new InvalidArgumentError("this stream was read before; it can be read once");
    this.started = true;
    try {
      for (;;) {
        const next = await this.source.next();
        if (next.done === true) {
          this.settle.resolve(next.value);
          return;
        }
        yield next.value;
      }
    } catch (error) {
      this.settle.reject(error);
      throw error;
    } finally {
      await this.source.return(undefined as Result);
      this.settle.reject(new PellucidError("ABANDONED", "the stream was left before its end"));
    }
  }

  private async drain(): Promise<void> {
    try {
      const items = this[Symbol.asyncIterator]();
      while ((await items.next()).done !== true);
    } catch {
      // The promise has it.
    }
  }
}
