import { CallMode } from "./call-mode.ts";
import { type Input, type Mode, isSpace } from "./input.ts";
import type { Reader } from "./reader.ts";
import { ReasoningMode } from "./reasoning-mode.ts";

/** Reads text up to the next call or reasoning. Blank space beside these belongs to neither, and is left out. */
export class TextMode implements Mode {
  private readonly reader: Reader;
  /** Where the text is: nothing visible came since the answer began, or since the last call or reasoning; or some did. */
  private place: "start" | "after a mark" | "in text" = "start";
  private afterReasoning = false;
  private bareTried = false;
  private held = "";

  constructor(reader: Reader) {
    this.reader = reader;
  }

  read(input: Input): Mode | undefined {
    const { family, reasons, writer } = this.reader;
    if (this.place !== "in text") {
      // Reasoning, and a call without a mark, begin an answer or do not come: look at its first visible character.
      const isBlank = this.takeBlank(input);
      if (isBlank) return input.isEnd ? this.atEnd(input) : undefined;
      const think = reasons ? input.take("<think>") : "no";
      if (think === "maybe") return undefined;
      if (think === "yes") return this.turnTo(new ReasoningMode(this.reader.parts, this));
      if (family.calls.bare === true && writer.hasTools && !this.bareTried && input.peek() === "{") return this.bare();
    }
    const calls = writer.hasTools ? [family.calls.open, ...(family.ignored ?? [])] : [];
    const more = this.afterReasoning ? (family.ignoredAfterReasoning ?? []) : [];
    const { text, marker } = input.until([...calls, ...more]);
    this.show(text);
    if (marker === undefined) return input.isEnd ? this.atEnd(input) : undefined;
    const next = marker === family.calls.open ? new CallMode(this.reader, this, marker) : this;
    return this.turnTo(next);
  }

  /** A call or reasoning that was written comes to an end, and text may go on. */
  resume(afterReasoning = false): this {
    this.place = "after a mark";
    this.afterReasoning ||= afterReasoning;
    return this;
  }

  /** What looked like a call was shown as text. */
  resumeText(): this {
    [this.place, this.bareTried] = ["in text", true];
    return this;
  }

  private turnTo(mode: Mode): Mode {
    this.held = "";
    this.place = "after a mark";
    return mode;
  }

  /** An answer that begins with a brace may be a call. */
  private bare(): Mode {
    const blank = this.place === "start" ? this.held : "";
    this.held = "";
    return new CallMode(this.reader, this, "", blank);
  }

  /** Takes blank space; whether nothing else is there. */
  private takeBlank(input: Input): boolean {
    for (let character = input.peek(); character !== undefined; character = input.peek()) {
      if (!isSpace(character)) return false;
      this.held += character;
      input.next();
    }
    return true;
  }

  private show(text: string): void {
    const all = this.held + text;
    const visible = all.trimEnd().length;
    if (visible === 0) {
      this.held = all;
      return;
    }
    const shown = all.slice(0, visible);
    this.reader.parts.add({ type: "text", text: this.place === "after a mark" ? shown.trimStart() : shown });
    this.held = all.slice(visible);
    this.place = "in text";
  }

  private atEnd(input: Input): Mode | undefined {
    const rest = input.rest();
    if (this.place !== "after a mark") this.reader.parts.add({ type: "text", text: this.held + rest });
    this.held = "";
    return undefined;
  }
}
