/** What the scanner meets in the values that it walks through; depth 0 is the whole value. */
export interface JsonEvents {
  /** A key of an object is complete. */
  key?(depth: number): void;
  /** A value begins with the character just taken. */
  start?(depth: number, character: string): void;
  /** A value ended; `after` counts the characters up to its end. */
  end?(depth: number, after: number): void;
}

type State =
  | "value"
  | "first item"
  | "first key"
  | "key"
  | "colon"
  | "comma"
  | "string"
  | "escape"
  | "hex"
  | "number"
  | "literal"
  | "done"
  | "bad";

const maxDepth = 200;
const wholeNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const literals = ["true", "false", "null"];
const isSpace = (character: string) => " \n\r\t".includes(character);

/**
 * Reads one JSON value a character at a time (RFC 8259, strictly), so that its end, or the first character that can't
 * be, is known at once.
 */
export class JsonScanner {
  private state: State = "value";
  private readonly events: JsonEvents;
  /** The open objects and arrays. */
  private readonly stack: ("{" | "[")[] = [];
  private isKey = false;
  private hexLeft = 0;
  private word = "";
  /** Characters taken so far. */
  count = 0;

  constructor(events: JsonEvents = {}) {
    this.events = events;
  }

  /** Whether the value is whole, or can't become one. An unfinished number is never whole. */
  get status(): "more" | "done" | "bad" {
    return this.state === "done" || this.state === "bad" ? this.state : "more";
  }

  take(character: string): "more" | "done" | "bad" {
    this.state = this.next(character);
    this.count++;
    if (this.state === "comma" && this.stack.length === 0) this.state = "done";
    return this.status;
  }

  private next(c: string): State {
    switch (this.state) {
      case "string":
        return this.inString(c);
      case "escape":
        if (c === "u") this.hexLeft = 4;
        return c === "u" ? "hex" : '"\\/bfnrt'.includes(c) ? "string" : "bad";
      case "hex":
        if (!/[0-9a-fA-F]/.test(c)) return "bad";
        return --this.hexLeft === 0 ? "string" : "hex";
      case "number":
      case "literal":
        return this.inWord(c);
      case "done":
      case "bad":
        return "bad";
      default:
        return isSpace(c) ? this.state : this.between(c);
    }
  }

  private between(c: string): State {
    const { state } = this;
    if (state === "colon") return c === ":" ? "value" : "bad";
    if (state === "comma") return this.afterValue(c);
    if (state === "first key" && c === "}") return this.close();
    if (state === "first key" || state === "key") {
      this.isKey = true;
      return c === '"' ? "string" : "bad";
    }
    if (state === "first item" && c === "]") return this.close();
    return this.beginValue(c);
  }

  private beginValue(c: string): State {
    this.events.start?.(this.stack.length, c);
    if (c === "{" || c === "[") {
      if (this.stack.length === maxDepth) return "bad";
      this.stack.push(c);
      return c === "{" ? "first key" : "first item";
    }
    this.isKey = false;
    this.word = c;
    if (c === '"') return "string";
    if (c === "-" || (c >= "0" && c <= "9")) return "number";
    return literals.some((literal) => literal.startsWith(c)) ? "literal" : "bad";
  }

  private inString(c: string): State {
    if (c === "\\") return "escape";
    if (c !== '"') return c < " " ? "bad" : "string";
    if (!this.isKey) return this.ended(this.count + 1);
    this.events.key?.(this.stack.length);
    return "colon";
  }

  /** Numbers and literals end with what follows them. */
  private inWord(c: string): State {
    if (/[-+.0-9a-zA-Z]/.test(c)) {
      this.word += c;
      const fits = this.state === "number" || literals.some((literal) => literal.startsWith(this.word));
      return fits ? this.state : "bad";
    }
    const whole = this.state === "number" ? wholeNumber.test(this.word) : literals.includes(this.word);
    if (!whole || this.stack.length === 0) return "bad";
    const state = this.ended(this.count);
    return isSpace(c) ? state : this.afterValue(c);
  }

  private afterValue(c: string): State {
    const open = this.stack.at(-1);
    if (c === ",") return open === "{" ? "key" : "value";
    return c === (open === "{" ? "}" : "]") ? this.close() : "bad";
  }

  private close(): State {
    this.stack.pop();
    return this.ended(this.count + 1);
  }

  private ended(after: number): State {
    this.events.end?.(this.stack.length, after);
    return "comma";
  }
}
