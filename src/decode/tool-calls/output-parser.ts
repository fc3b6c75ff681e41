import { type CallWriterOptions, CallWriter, type OpenCall } from "./call-writer.ts";
import type { ToolFamily } from "./family.ts";
import { HarmonyMode } from "./harmony-mode.ts";
import { Input, type Mode } from "./input.ts";
import { type OutputPart, PartList } from "./parts.ts";
import { ReasoningMode } from "./reasoning-mode.ts";
import { TextMode } from "./text-mode.ts";

export interface OutputParserOptions extends CallWriterOptions {
  readonly family: ToolFamily;
  /** Whether the model writes `<think>`: `"open"` where the prompt ends within reasoning. Default false. */
  readonly reasoning?: boolean | "open";
}

/**
 * What a model writes, as typed parts: text, reasoning, tool calls. However the text is cut, the parts say the same;
 * what looks like a call and is none comes as text, with a note. Takes time linear in the text.
 */
export class OutputParser {
  private readonly input = new Input();
  private readonly parts = new PartList();
  private readonly writer: CallWriter;
  private mode: Mode;

  constructor(options: OutputParserOptions) {
    const { family, reasoning = false } = options;
    const { parts } = this;
    this.writer = new CallWriter(parts, options);
    const reader = { family, writer: this.writer, parts, reasons: reasoning !== false };
    const text = new TextMode(reader);
    if (family.calls.channels === true) this.mode = new HarmonyMode(reader);
    else this.mode = reasoning === "open" ? new ReasoningMode(parts, text) : text;
  }

  /** The call that is being written, from where its tool is known: one object as long as it is the same place of the same call. */
  get current(): OpenCall | undefined {
    return this.writer.current;
  }

  /** How many calls are whole. */
  get calls(): number {
    return this.writer.finished;
  }

  /** Takes more text, and gives what it makes known. */
  push(text: string): OutputPart[] {
    this.input.push(text);
    return this.read();
  }

  /** Nothing more comes: gives the rest. */
  end(): OutputPart[] {
    this.input.isEnd = true;
    return this.read();
  }

  private read(): OutputPart[] {
    for (;;) {
      const next = this.mode.read(this.input);
      if (next === undefined) return this.parts.take();
      this.mode = next;
    }
  }
}
