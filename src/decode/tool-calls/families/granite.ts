import type { ToolFamily } from "../family.ts";

/** Granite 3: a mark and a JSON array; an answer after reasoning is in tags of its own. Source: its template. */
export const granite: ToolFamily = {
  name: "granite",
  signs: [["<|tool_call|>"]],
  calls: { open: "<|tool_call|>", json: ["arguments", "parameters"] },
  written: { before: '<|tool_call|>[{"name": "', between: '", "arguments": ', after: "}]" },
  ignoredAfterReasoning: ["<response>", "</response>"],
};
