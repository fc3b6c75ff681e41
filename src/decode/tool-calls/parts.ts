/** A call that the model asks for, whole. */
export interface ToolCall {
  /** Nine letters and digits, unique in the conversation; the tool's answer names it as `tool_call_id`. */
  readonly id: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The arguments as the model wrote them. */
  readonly argumentsText: string;
}

/** Something that the reader of an answer should know, in words and as a code. */
export interface Note {
  readonly code: "MALFORMED_TOOL_CALL" | "UNKNOWN_TOOL" | "HISTORY_TRIMMED";
  /** One line. */
  readonly message: string;
  /** The call that began under this number is not one: forget it. Its text came as text. */
  readonly index?: number;
  /** How many of the oldest messages the model did not get to see. */
  readonly dropped?: number;
}

/** A part of what a model writes. Text, reasoning and arguments come as they grow. */
export type OutputPart =
  | { readonly type: "text"; readonly text: string }
  /** What the model thinks before it answers; not part of the answer. */
  | { readonly type: "reasoning"; readonly text: string }
  /** A call has begun; `index` counts the calls of the answer. */
  | { readonly type: "tool-call-start"; readonly index: number; readonly id: string; readonly name: string }
  /** More of its arguments' JSON. */
  | { readonly type: "tool-call-delta"; readonly index: number; readonly text: string }
  /** The call is whole. */
  | ({ readonly type: "tool-call"; readonly index: number } & ToolCall)
  | ({ readonly type: "note" } & Note);

/** Puts parts that go on with the one before into one, so that a long text is not a part a character. */
export class PartList {
  private parts: OutputPart[] = [];

  add(part: OutputPart): void {
    if ("text" in part && part.text === "") return;
    const last = this.parts.at(-1);
    const goesOn =
      last !== undefined &&
      "text" in last &&
      "text" in part &&
      last.type === part.type &&
      ("index" in last ? last.index : -1) === ("index" in part ? part.index : -1);
    if (goesOn) this.parts[this.parts.length - 1] = { ...last, text: last.text + part.text };
    else this.parts.push(part);
  }

  /** What came since the last time. */
  take(): OutputPart[] {
    const { parts } = this;
    this.parts = [];
    return parts;
  }
}
