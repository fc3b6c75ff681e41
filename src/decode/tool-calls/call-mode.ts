import { CallObject } from "./call-object.ts";
import { type Problem, malformed } from "./call-writer.ts";
import { HeaderMode } from "./header-mode.ts";
import { type Input, type Mode, isSpace } from "./input.ts";
import { PythonMode } from "./python-mode.ts";
import type { Back, Reader } from "./reader.ts";
import { RefusedMode } from "./refused-mode.ts";

/** Reads calls written as JSON objects, one or an array of them; decides what it is where a family has several forms. */
export class CallMode implements Mode {
  private readonly reader: Reader;
  private readonly back: Back;
  /** What the call began with; empty for one that begins an answer without a mark. */
  private readonly opening: string;
  /** Everything since the last whole call, and how much of it is the mark. */
  private raw: string;
  private markLength: number;
  private phase: "before" | "in a call" | "after" = "before";
  private inList = false;
  private object: CallObject | undefined;

  /** @param blank blank space before a call without a mark, which is text if it is none */
  constructor(reader: Reader, back: Back, opening: string, blank = "") {
    this.reader = reader;
    this.back = back;
    this.opening = opening;
    this.raw = opening + blank;
    this.markLength = opening.length;
  }

  read(input: Input): Mode | undefined {
    const { calls } = this.reader.family;
    for (;;) {
      if (this.phase === "after" && calls.close !== undefined && !this.inList) {
        const close = input.take(calls.close);
        if (close === "maybe") return undefined;
        if (close === "yes") return this.back.resume();
      }
      const character = input.peek();
      if (character === undefined) return input.isEnd ? this.atEnd() : undefined;
      const next = this.phase === "in a call" ? this.inCall(input) : this.between(character, input);
      if (next !== undefined) return next;
    }
  }

  private inCall(input: Input): Mode | undefined {
    const character = input.next()!;
    this.raw += character;
    this.object ??= new CallObject(this.reader.writer, this.reader.family.calls.json ?? [], this.opening !== "");
    const status = this.object.take(character);
    if (this.isNoCall()) return this.asText();
    if (status === "bad") return this.refuse(this.object.problem!, input);
    if (status === "done") [this.phase, this.raw, this.markLength, this.object] = ["after", "", 0, undefined];
    return undefined;
  }

  /** Before, between and after calls. */
  private between(character: string, input: Input): Mode | undefined {
    const { calls } = this.reader.family;
    const before = this.phase === "before";
    if (isSpace(character)) return this.skip(input);
    if (before && character === "[" && !this.inList && calls.json !== undefined) {
      this.inList = true;
      return this.skip(input);
    }
    if (character === "{" && calls.json !== undefined && (before || !this.inList)) {
      this.phase = "in a call";
      return undefined;
    }
    if (before) return this.otherForm(input);
    if (this.inList && character === ",") {
      this.phase = "before";
      return this.skip(input);
    }
    if (this.inList && character === "]") {
      this.inList = false;
      return this.skip(input);
    }
    if (!this.inList && character === calls.separator) return this.skip(input);
    return this.back.resume();
  }

  private skip(input: Input): Mode | undefined {
    const character = input.next()!;
    if (this.phase === "before") this.raw += character;
    return undefined;
  }

  private otherForm(input: Input): Mode {
    const { calls } = this.reader.family;
    if (calls.header !== undefined && !this.inList) return new HeaderMode(this.reader, this.back, this.raw);
    if (calls.python === true && !this.inList) return new PythonMode(this.reader, this.raw);
    return this.refuse(malformed("a call must be a JSON object"), input);
  }

  /** JSON without a mark is an answer, unless it names a tool. */
  private isNoCall(): boolean {
    if (this.opening !== "" || this.object === undefined) return false;
    const { name, keys, problem } = this.object;
    if (problem !== undefined) return name === undefined || problem.code === "UNKNOWN_TOOL";
    const known = ["name", "type", ...(this.reader.family.calls.json ?? [])];
    return name === undefined && keys.some((key) => !known.includes(key));
  }

  private asText(): Mode {
    this.reader.parts.add({ type: "text", text: this.raw });
    return this.back.resumeText();
  }

  private refuse(problem: Problem, input: Input): Mode {
    input.unread(this.raw);
    return new RefusedMode(this.reader, this.back, problem, this.raw.length, this.markLength);
  }

  private atEnd(): Mode | undefined {
    const { raw } = this;
    this.raw = "";
    if (this.phase === "after") return undefined;
    if (this.opening === "" && this.object?.name === undefined) {
      this.reader.parts.add({ type: "text", text: raw });
    } else if (raw.trim() !== "") {
      this.reader.writer.refuse(raw, malformed("the answer ended within a call"));
    }
    return undefined;
  }
}
