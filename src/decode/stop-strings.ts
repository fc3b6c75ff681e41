/**
 * Lets text through up to the first stop string, and holds back what may still turn out to be the start of one, so
 * that no part of a stop string is ever emitted although it may straddle tokens.
 */
export class StopStrings {
  private readonly stops: readonly string[];
  private held = "";
  /** Whether a stop string was met; nothing is let through after it. */
  stopped = false;

  constructor(stops: readonly string[]) {
    this.stops = stops.filter((stop) => stop !== "");
  }

  /** The text that can be emitted now that `text` has come. */
  push(text: string): string {
    if (this.stopped) return "";
    const all = this.held + text;
    const found = this.stops.map((stop) => all.indexOf(stop)).filter((at) => at >= 0);
    if (found.length > 0) {
      this.stopped = true;
      this.held = "";
      return all.slice(0, Math.min(...found));
    }
    const keep = Math.max(0, ...this.stops.map((stop) => overlap(all, stop)));
    this.held = all.slice(all.length - keep);
    return all.slice(0, all.length - keep);
  }

  /** What was held back, once no more text comes. */
  flush(): string {
    const rest = this.held;
    this.held = "";
    return rest;
  }
}

/** The length of the longest end of `text` that `stop` begins with, short of all of `stop`. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}
