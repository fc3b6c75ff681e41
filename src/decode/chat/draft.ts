import type { Note, OutputPart, ToolCall } from "../tool-calls/index.ts";
import { omit } from "./omit.ts";
import type { AssistantMessage } from "./options.ts";

/** An answer as far as it came. */
export class Draft {
  text = "";
  reasoning = "";
  readonly toolCalls: ToolCall[] = [];
  readonly notes: Note[] = [];

  add(part: OutputPart): void {
    if (part.type === "text") this.text += part.text;
    else if (part.type === "reasoning") this.reasoning += part.text;
    else if (part.type === "tool-call") {
      const { id, name, arguments: values, argumentsText } = part;
      this.toolCalls.push({ id, name, arguments: values, argumentsText });
    } else if (part.type === "note") {
      this.notes.push(omit(part, "type"));
    }
  }

  get isEmpty(): boolean {
    return this.text === "" && this.toolCalls.length === 0;
  }

  /** In the form that templates take. */
  get message(): AssistantMessage {
    const { text, reasoning, toolCalls } = this;
    return {
      role: "assistant",
      content: text,
      ...(reasoning !== "" && { reasoning_content: reasoning }),
      ...(toolCalls.length > 0 && {
        tool_calls: toolCalls.map(({ id, name, arguments: values }) => ({
          id,
          type: "function" as const,
          function: { name, arguments: values },
        })),
      }),
    };
  }
}
