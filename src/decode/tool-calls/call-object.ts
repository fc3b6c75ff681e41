import { type CallWriter, type Problem, malformed } from "./call-writer.ts";
import { JsonScanner } from "./json-scanner.ts";

/**
 * Reads one call written as a JSON object, `{"name": "f", "arguments": {…}}`, a character at a time. The name may come
 * after the arguments; these may be JSON within a string; other keys count for nothing.
 */
export class CallObject {
  private readonly writer: CallWriter;
  private readonly argumentsKeys: readonly string[];
  private readonly isSure: boolean;
  private readonly scanner: JsonScanner;
  private text = "";
  private from = 0;
  private key: string | undefined;
  /** The arguments' place in the text; `to` is their end, once it is known. */
  private place: { from: number; to?: number; quoted: boolean } | undefined;
  private isWriting = false;
  private isWritten = false;
  /** The name, once it is known. */
  name: string | undefined;
  /** The keys so far. */
  readonly keys: string[] = [];
  problem: Problem | undefined;

  /** @param isSure whether it can't be anything but a call */
  constructor(writer: CallWriter, argumentsKeys: readonly string[], isSure: boolean) {
    this.writer = writer;
    this.isSure = isSure;
    this.argumentsKeys = argumentsKeys;
    this.scanner = new JsonScanner({
      key: (depth) => {
        if (depth === 1) this.onKey();
      },
      start: (depth, character) => {
        if (depth !== 1) return;
        this.from = this.scanner.count;
        if (!this.isArguments()) return;
        this.place = { from: this.from, quoted: character === '"' };
        const isEarly = this.isSure && this.name === undefined && character === "{";
        if (isEarly) this.writer.follow("arguments before the name", undefined, character);
      },
      end: (depth, after) => {
        if (depth === 1) this.onValue(after);
      },
    });
  }

  /** Takes the next character; `"bad"` says why in `problem`. */
  take(character: string): "more" | "done" | "bad" {
    this.text += character;
    this.writer.written(character);
    const status = this.scanner.take(character);
    if (status === "bad") this.problem ??= malformed("the call is not valid JSON");
    if (this.problem !== undefined) return "bad";
    this.stream(character);
    if (status === "done") this.problem = this.finish();
    return this.problem === undefined ? status : "bad";
  }

  private isArguments(): boolean {
    return this.key !== undefined && this.argumentsKeys.includes(this.key);
  }

  private onKey(): void {
    // A string ends here, and the key began after the last brace or comma outside strings; look back for its quote.
    const end = this.text.length - 1;
    let start = end - 1;
    while (this.text[start] !== '"' || isEscaped(this.text, start)) start--;
    this.key = JSON.parse(this.text.slice(start)) as string;
    if (this.keys.includes(this.key)) this.problem = malformed(`the key ${JSON.stringify(this.key)} comes twice`);
    this.keys.push(this.key);
  }

  private onValue(after: number): void {
    if (this.key === "name") {
      const value: unknown = JSON.parse(this.text.slice(this.from, after));
      if (typeof value !== "string") this.problem = malformed("the call's name is not a string");
      else {
        this.name = value;
        this.problem ??= this.writer.begin(value);
        if (this.place === undefined && this.problem === undefined) this.writer.follow("key", value);
      }
    } else if (this.isArguments() && this.place !== undefined) this.place.to = after;
  }

  /** Writes what is known of the arguments, once there is a name. A quoted text is written when it is whole. */
  private stream(character: string): void {
    if (this.place === undefined || this.name === undefined || this.isWritten) return;
    const { from, to, quoted } = this.place;
    this.isWritten = to !== undefined;
    if (quoted) {
      if (to !== undefined) this.writer.add(JSON.parse(this.text.slice(from, to)) as string);
    } else if (this.isWriting && to !== this.text.length - 1) this.writer.add(character);
    else if (!this.isWriting) this.writer.add(this.text.slice(from, to));
    this.isWriting = true;
  }

  private finish(): Problem | undefined {
    if (this.name === undefined) return malformed("the call has no name");
    if (this.place === undefined) this.writer.add("{}");
    return this.writer.finish();
  }
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}
