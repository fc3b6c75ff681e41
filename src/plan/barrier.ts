/**
 * Where threads meet: none goes on before all have come. Two words of shared memory: how many have come, and which
 * meeting it is. Threads spin briefly, since the others are microseconds away, and sleep only when they are not.
 */
export class Barrier {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly threads: number;

  /** @param at index of the first of three words that begin as 0 */
  constructor(words: Int32Array, at: number, threads: number) {
    this.words = words;
    this.at = at;
    this.threads = threads;
  }

  /** Comes to the meeting. Returns its number, to be waited for, or undefined if this thread was the last. */
  arrive(): number | undefined {
    const { words, at } = this;
    const meeting = Atomics.load(words, at + 1);
    if (Atomics.add(words, at, 1) + 1 < this.threads) return meeting;
    Atomics.store(words, at, 0);
    Atomics.store(words, at + 1, meeting + 1);
    if (Atomics.load(words, at + 2) > 0) Atomics.notify(words, at + 1);
    return undefined;
  }

  /** Looks for `spins` turns whether all have come. */
  spin(meeting: number, spins: number): boolean {
    for (let i = 0; i < spins; i++) if (Atomics.load(this.words, this.at + 1) !== meeting) return true;
    return false;
  }

  /** Sleeps until all have come. Not for threads that must not block. */
  sleep(meeting: number): void {
    const { words, at } = this;
    Atomics.add(words, at + 2, 1);
    while (Atomics.load(words, at + 1) === meeting) Atomics.wait(words, at + 1, meeting);
    Atomics.sub(words, at + 2, 1);
  }
}
