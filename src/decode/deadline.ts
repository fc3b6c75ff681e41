/** Ends a generation early: by the caller's signal, which throws its reason, or by a time limit, which does not. */
export class Deadline {
  /** Aborted by either. */
  private readonly signal: AbortSignal | undefined;
  private readonly given: AbortSignal | undefined;
  private readonly controller = new AbortController();
  private readonly timer: ReturnType<typeof setTimeout> | undefined;
  private readonly end: number;
  private readonly forward = () => this.controller.abort(this.given?.reason);

  /** @param timeLimit milliseconds from now */
  constructor(signal: AbortSignal | undefined, timeLimit: number | undefined) {
    this.given = signal;
    this.end = performance.now() + (timeLimit ?? Infinity);
    if (timeLimit === undefined || timeLimit === Infinity) {
      this.signal = signal;
      return;
    }
    this.signal = this.controller.signal;
    if (signal?.aborted === true) this.forward();
    signal?.addEventListener("abort", this.forward, { once: true });
    // A longer delay than this would end at once.
    if (timeLimit < 2 ** 31) this.timer = setTimeout(() => this.controller.abort(timeUp), timeLimit);
  }

  isUp(): boolean {
    return performance.now() >= this.end;
  }

  /** Computes something; undefined where the time was up before it was done. */
  async within<T>(compute: (signal: AbortSignal | undefined) => Promise<T>): Promise<T | undefined> {
    try {
      return await compute(this.signal);
    } catch (error) {
      if (error === timeUp) return undefined;
      throw error;
    }
  }

  /** Leaves neither a timer nor a listener behind. */
  close(): void {
    clearTimeout(this.timer);
    this.given?.removeEventListener("abort", this.forward);
  }
}

const timeUp = new Error("the time limit was reached");
