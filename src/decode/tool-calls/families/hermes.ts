import type { ToolFamily } from "../family.ts";

/** Hermes, Qwen 2.5 and 3, and many others: JSON in tags. Source: NousResearch/Hermes-Function-Calling. */
export const hermes: ToolFamily = {
  name: "hermes",
  signs: [["<tool_call>", "</tool_call>"]],
  calls: { open: "<tool_call>", close: "</tool_call>", json: ["arguments", "parameters"] },
  written: { before: '<tool_call>\n{"name": "', between: '", "arguments": ', after: "}\n</tool_call>" },
};
