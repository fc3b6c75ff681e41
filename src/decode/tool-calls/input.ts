/** What has come of an answer and was not read yet. */
export class Input {
  private text = "";
  private at = 0;
  /** Whether nothing more comes. */
  isEnd = false;

  push(text: string): void {
    this.text = this.text.slice(this.at) + text;
    this.at = 0;
  }

  /** The next character, without taking it; undefined where there is none yet. */
  peek(): string | undefined {
    return this.text[this.at];
  }

  next(): string | undefined {
    return this.at < this.text.length ? this.text[this.at++] : undefined;
  }

  /** Everything that is there. */
  rest(): string {
    const rest = this.text.slice(this.at);
    this.at = this.text.length;
    return rest;
  }

  /** Puts text back before what is there. */
  unread(text: string): void {
    this.text = text + this.text.slice(this.at);
    this.at = 0;
  }

  /** Takes `marker` if it comes next. `"maybe"`: what is there is its beginning. */
  take(marker: string): "yes" | "no" | "maybe" {
    if (this.text.startsWith(marker, this.at)) {
      this.at += marker.length;
      return "yes";
    }
    const there = this.text.length - this.at;
    return !this.isEnd && there < marker.length && marker.startsWith(this.text.slice(this.at)) ? "maybe" : "no";
  }

  /** Takes blank space. */
  skipSpace(): void {
    while (this.at < this.text.length && isSpace(this.text[this.at])) this.at++;
  }

  /**
   * Takes the text up to the first of the markers, and that marker; or, where none is there yet, what can't be the
   * beginning of one.
   */
  until(markers: readonly string[]): { readonly text: string; readonly marker?: string } {
    const { text, at } = this;
    let first = text.length;
    let marker: string | undefined;
    for (const candidate of markers) {
      const found = text.indexOf(candidate, at);
      if (found >= 0 && found < first) [first, marker] = [found, candidate];
    }
    if (marker !== undefined) {
      this.at = first + marker.length;
      return { text: text.slice(at, first), marker };
    }
    const held = this.isEnd ? 0 : Math.max(0, ...markers.map((candidate) => overlap(text, at, candidate)));
    this.at = text.length - held;
    return { text: text.slice(at, this.at) };
  }
}

export const isSpace = (character: string) => " \n\r\t".includes(character);

/** The length of the longest end of the text that `marker` begins with. */
function overlap(text: string, from: number, marker: string): number {
  for (let length = Math.min(text.length - from, marker.length - 1); length > 0; length--) {
    if (text.endsWith(marker.slice(0, length))) return length;
  }
  return 0;
}

/** A way to read what comes next: gives the way to go on, or undefined where more text is needed. */
export interface Mode {
  read(input: Input): Mode | undefined;
}
