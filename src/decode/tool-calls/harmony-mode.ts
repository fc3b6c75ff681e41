import { type Problem, malformed } from "./call-writer.ts";
import { harmonyMarks } from "./family.ts";
import type { Input, Mode } from "./input.ts";
import { JsonScanner } from "./json-scanner.ts";
import type { Reader } from "./reader.ts";

/** What ends a message. */
const ends = harmonyMarks.filter((mark) => mark !== "<|message|>" && mark !== "<|constrain|>");
const longestHeader = 500;

/**
 * Reads messages on channels (OpenAI's harmony format): `analysis` is reasoning, `final` and what `commentary` says to
 * the user are text, and what is addressed to `functions.NAME` is a call. The prompt ends with `<|start|>assistant`, so
 * the answer begins within a header.
 */
export class HarmonyMode implements Mode {
  private readonly reader: Reader;
  private header = "";
  private body: "header" | "text" | "reasoning" | "call" | "refused" = "header";
  private scanner = new JsonScanner();
  private raw = "";
  private problem: Problem | undefined;

  constructor(reader: Reader) {
    this.reader = reader;
  }

  read(input: Input): Mode | undefined {
    for (;;) {
      const go = this.body === "header" ? this.readHeader(input) : this.readBody(input);
      if (!go) return undefined;
    }
  }

  /** Whether to go on. */
  private readHeader(input: Input): boolean {
    const { text, marker } = input.until(["<|message|>"]);
    this.header += text;
    if (this.header.length > longestHeader) {
      input.unread(this.header.slice(longestHeader) + (marker ?? ""));
      this.header = this.header.slice(0, longestHeader);
      this.notAHeader();
    } else if (marker !== undefined) this.enter(this.header, marker);
    else if (input.isEnd && this.header !== "") this.notAHeader();
    else return false;
    this.header = "";
    return true;
  }

  private enter(header: string, marker: string): void {
    const recipient = /(?:^|\s)to=(\S+?)(?=\s|<\||$)/.exec(header)?.[1];
    const channel = /<\|channel\|>\s*(\w+)/.exec(header)?.[1];
    if (recipient === undefined) {
      this.body = channel === "analysis" ? "reasoning" : "text";
      return;
    }
    this.body = "call";
    this.raw = header + marker;
    this.scanner = new JsonScanner();
    const name = recipient.replace(/^functions\./, "");
    this.problem = this.reader.writer.begin(name);
    if (this.problem !== undefined) this.body = "refused";
    else this.reader.writer.follow("arguments", name);
  }

  /** A model that writes no channels is shown as it writes. */
  private notAHeader(): void {
    const isStart = /^\s*(<\|start\|>)?\s*(assistant)?\s*$/.test(this.header);
    if (!isStart) this.reader.parts.add({ type: "text", text: this.header });
    this.body = isStart ? "header" : "text";
  }

  private readBody(input: Input): boolean {
    if (this.body === "call") return this.readCall(input);
    const { text, marker } = input.until(ends);
    if (this.body === "refused") this.raw += text + (marker === undefined || beginsNext(marker) ? "" : marker);
    else if (this.body !== "header") this.reader.parts.add({ type: this.body, text });
    if (marker === undefined && !(input.isEnd && this.body === "refused")) return false;
    if (this.body === "refused") this.refuse();
    this.nextMessage(marker, input);
    return marker !== undefined;
  }

  private readCall(input: Input): boolean {
    const { writer } = this.reader;
    for (;;) {
      const isWhole = this.scanner.status === "done";
      if (isWhole) input.skipSpace();
      const character = isWhole ? undefined : input.next();
      if (isWhole) {
        this.body = "text";
        return input.peek() !== undefined;
      }
      if (character === undefined) {
        if (!input.isEnd) return false;
        this.problem = malformed("the answer ended within a call");
        this.refuse();
        return false;
      }
      this.raw += character;
      const status = this.scanner.take(character);
      if (status === "bad") this.problem = malformed("the arguments are not valid JSON");
      else writer.add(character);
      writer.written(character);
      if (status === "done") this.problem = writer.finish();
      if (this.problem === undefined) continue;
      this.body = "refused";
      writer.endFollowing();
      // The character may begin the mark that ends the message.
      if (status === "bad") {
        this.raw = this.raw.slice(0, -1);
        input.unread(character);
      }
      return true;
    }
  }

  private refuse(): void {
    this.reader.writer.refuse(this.raw, this.problem!);
    this.raw = "";
    this.problem = undefined;
    this.body = "header";
  }

  private nextMessage(marker: string | undefined, input: Input): void {
    this.body = "header";
    // A channel without `<|start|>` belongs to the header.
    if (marker !== undefined && beginsNext(marker)) input.unread(marker);
  }
}

const beginsNext = (marker: string) => marker === "<|channel|>" || marker === "<|start|>";
