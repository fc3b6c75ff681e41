import { type Problem, malformed } from "./call-writer.ts";
import type { Input, Mode } from "./input.ts";
import { JsonScanner } from "./json-scanner.ts";
import type { Back, Reader } from "./reader.ts";
import { RefusedMode } from "./refused-mode.ts";

/** No name is longer; what is longer is no header. */
const longestHeader = 300;

/** Reads one call written as a header with the name, then the arguments as a JSON object. */
export class HeaderMode implements Mode {
  private readonly reader: Reader;
  private readonly back: Back;
  private readonly opening: string;
  private header = "";
  private raw: string;
  private scanner: JsonScanner | undefined;
  /** What may follow, once the arguments are whole. */
  private after: string[] | undefined;

  constructor(reader: Reader, back: Back, opening: string) {
    this.reader = reader;
    this.back = back;
    this.opening = opening;
    this.raw = opening;
  }

  read(input: Input): Mode | undefined {
    while (this.after === undefined) {
      const character = input.next();
      if (character === undefined) return input.isEnd ? this.atEnd() : undefined;
      this.raw += character;
      const problem = this.scanner === undefined ? this.inHeader(character) : this.inArguments(character);
      if (problem === undefined) continue;
      input.unread(this.raw);
      return new RefusedMode(this.reader, this.back, problem, this.raw.length, this.opening.length);
    }
    while (this.after.length > 0) {
      input.skipSpace();
      const found = input.take(this.after[0]);
      if (found === "maybe" || (input.peek() === undefined && !input.isEnd && found === "no")) return undefined;
      this.after.shift();
    }
    return this.back.resume();
  }

  private inHeader(character: string): Problem | undefined {
    const { writer, family } = this.reader;
    if (character !== "{") {
      this.header += character;
      if (this.header.endsWith(family.written.between)) {
        const name = this.nameInHeader();
        if (name !== undefined && writer.knows(name)) writer.follow("arguments", name);
      }
      return this.header.length > longestHeader ? malformed("a call without a name") : undefined;
    }
    const name = this.nameInHeader();
    if (name === undefined) return malformed("a call without a name");
    this.scanner = new JsonScanner();
    const problem = writer.begin(name);
    if (problem === undefined && writer.current === undefined) writer.follow("arguments", name);
    return problem ?? this.inArguments(character);
  }

  private nameInHeader(): string | undefined {
    const groups = this.reader.family.calls.header?.exec(this.header)?.groups;
    return (groups?.name ?? groups?.side)?.trim();
  }

  private inArguments(character: string): Problem | undefined {
    const { writer, family } = this.reader;
    const status = this.scanner!.take(character);
    if (status === "bad") return malformed("the arguments are not valid JSON");
    writer.add(character);
    writer.written(character);
    if (status === "more") return undefined;
    this.after = [...(family.calls.after ?? [])];
    return writer.finish();
  }

  private atEnd(): Mode | undefined {
    if (this.raw !== "") this.reader.writer.refuse(this.raw, malformed("the answer ended within a call"));
    this.raw = "";
    return undefined;
  }
}
