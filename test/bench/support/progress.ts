/** Tells on standard error what the bench is doing: one line that changes in a terminal, else one line each. */
export class Progress {
  private readonly started = Date.now();
  private shown = 0;

  step(text: string): void {
    this.show(`[${this.elapsed()}] ${text}`, true);
  }

  /** A line that stays. */
  line(text: string): void {
    this.show(text, false);
  }

  private show(text: string, changes: boolean): void {
    const { stderr } = process;
    if (!stderr.isTTY) {
      stderr.write(`${text}\n`);
      return;
    }
    const line = text.slice(0, stderr.columns - 1);
    stderr.write(`\r${line.padEnd(this.shown)}${changes ? "" : "\n"}`);
    this.shown = changes ? line.length : 0;
  }

  private elapsed(): string {
    const seconds = Math.round((Date.now() - this.started) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}
