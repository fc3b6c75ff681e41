/** The first is for models that have not chosen yet: two places are good everywhere, eight are best or three times slower. */
const candidates = [2, 8];
/** Tokens of each. */
const samples = 6;

/**
 * In how many places at once the weights and the cache of one token are read (`kernels/wasm/assembly/streams.ts`). What is
 * fastest depends on the processor, several times over, and no result depends on it: so a model's first tokens take turns,
 * and the faster stays.
 */
export class StreamChoice {
  private times: number[][] = candidates.map(() => []);
  private runs = 0;
  private chosen: number | undefined;

  /** For the next run. */
  get next(): number {
    return candidates[this.chosen ?? this.turn];
  }

  /** Of the run that had `next`: what one token took, in any unit. */
  record(time: number): void {
    if (this.chosen !== undefined) return;
    // Engines compile better what runs for long: what came before such a leap says nothing about what comes.
    const before = this.times[this.turn];
    if (before.length > 0 && time < Math.min(...before) / 1.5) this.times = candidates.map(() => []);
    this.times[this.turn].push(time);
    this.runs++;
    if (this.times.some(({ length }) => length < samples)) return;
    const middles = this.times.map((times) => times.toSorted((a, b) => a - b)[times.length >> 1]);
    this.chosen = middles.indexOf(Math.min(...middles));
  }

  /** A, B, B, A and so on, so that what changes slowly touches both alike. */
  private get turn(): number {
    return ((this.runs + 1) >> 1) & 1;
  }
}
