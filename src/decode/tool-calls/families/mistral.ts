import type { ToolFamily } from "../family.ts";

/** Mistral: a JSON array, or, from tokenizer version 11 on, name and arguments. Source: mistral-common, instruct tokenizers. */
export const mistral: ToolFamily = {
  name: "mistral",
  signs: [["[TOOL_CALLS]"]],
  calls: {
    open: "[TOOL_CALLS]",
    json: ["arguments", "parameters"],
    header: /^\s*(?<name>[\w.-]+)\s*(?:\[CALL_ID\]\s*\w+)?\s*(?:\[ARGS\])?\s*$/,
  },
  written: { before: '[TOOL_CALLS][{"name": "', between: '", "arguments": ', after: "}]" },
};

/** The same models where the template writes the later form. */
export const mistralNamed: ToolFamily = {
  ...mistral,
  name: "mistral, named",
  signs: [["[TOOL_CALLS]", "[ARGS]"]],
  written: { before: "[TOOL_CALLS]", between: "[ARGS]", after: "" },
};
