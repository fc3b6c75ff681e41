import type { Note, PartList } from "./parts.ts";

/** Why something that began as a call is none. */
export interface Problem {
  readonly code: Extract<Note["code"], "MALFORMED_TOOL_CALL" | "UNKNOWN_TOOL">;
  readonly message: string;
}

export const malformed = (message: string): Problem => ({ code: "MALFORMED_TOOL_CALL", message });

/** What comes next in a call that is being written: the key of its arguments, these, or both before the name. */
export type CallPlace = "key" | "arguments" | "arguments before the name";

/** A call that is not whole. */
export interface OpenCall {
  /** The tool that it names; all of them where no name came yet. */
  readonly names: readonly string[];
  readonly place: CallPlace;
  /** What was written from there on. */
  readonly text: string;
}

export interface CallWriterOptions {
  /** The tools that can be called. */
  readonly names: readonly string[];
  /** Whether a tool takes these arguments, as JSON; a call with others is none. Default: it takes any. */
  readonly takes?: (name: string, argumentsText: string) => boolean;
  /** Calls that the conversation has already, so that ids don't come twice. */
  readonly earlierCalls?: number;
}

/** Numbers the calls of an answer, and tells of them in parts. */
export class CallWriter {
  private readonly parts: PartList;
  private readonly options: CallWriterOptions;
  private count = 0;
  private open: { index: number; id: string; name: string; text: string } | undefined;
  private following: { names: readonly string[]; place: CallPlace; text: string } | undefined;
  /** Calls that are whole. */
  finished = 0;

  constructor(parts: PartList, options: CallWriterOptions) {
    this.parts = parts;
    this.options = options;
  }

  get hasTools(): boolean {
    return this.options.names.length > 0;
  }

  /** The call that is being written: one object as long as it is the same place of the same call. */
  get current(): OpenCall | undefined {
    return this.following;
  }

  /** Such a part of a call begins with the next character, or with `text`. */
  follow(place: CallPlace, name?: string, text = ""): void {
    this.following = { names: name === undefined ? this.options.names : [name], place, text };
  }

  /** What was written of that part. */
  written(text: string): void {
    if (this.following !== undefined) this.following.text += text;
  }

  /** That part is whole, or can't be. */
  endFollowing(): void {
    this.following = undefined;
  }

  knows(name: string): boolean {
    return this.options.names.includes(name);
  }

  /** A call of this name begins. */
  begin(name: string): Problem | undefined {
    if (!this.knows(name)) return { code: "UNKNOWN_TOOL", message: `there is no tool named ${JSON.stringify(name)}` };
    const index = this.count++;
    const id = `call${String((this.options.earlierCalls ?? 0) + index).padStart(5, "0")}`;
    this.open = { index, id, name, text: "" };
    this.parts.add({ type: "tool-call-start", index, id, name });
    return undefined;
  }

  /** More of the arguments' text. */
  add(text: string): void {
    if (this.open === undefined) return;
    this.open.text += text;
    this.parts.add({ type: "tool-call-delta", index: this.open.index, text });
  }

  /** The arguments are whole. */
  finish(): Problem | undefined {
    if (this.open === undefined) return malformed("a call without a name");
    const { index, id, name, text } = this.open;
    const value = parse(text);
    if (value === undefined) return malformed(`the arguments of ${JSON.stringify(name)} are not a JSON object`);
    if (this.options.takes?.(name, text) === false)
      return malformed(`the arguments of ${JSON.stringify(name)} are not what it takes`);
    this.open = undefined;
    this.following = undefined;
    this.finished++;
    this.parts.add({ type: "tool-call", index, id, name, arguments: value, argumentsText: text });
    return undefined;
  }

  /** It was no call: its text comes as text, and a note says so. */
  refuse(text: string, { code, message }: Problem): void {
    const index = this.open?.index;
    this.open = undefined;
    this.following = undefined;
    this.parts.add({ type: "text", text });
    this.parts.add({ type: "note", code, message, ...(index !== undefined && { index }) });
  }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
