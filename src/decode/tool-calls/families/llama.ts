import type { ToolFamily } from "../family.ts";

/**
 * Llama 3.1 to 3.3: an answer that is one JSON object, or follows the Python tag; built-in tools as Python. Source:
 * Meta's prompt formats for Llama 3.1 and 3.2.
 */
export const llama: ToolFamily = {
  name: "llama",
  signs: [["<|python_tag|>"], ["ipython", '"parameters": ']],
  calls: {
    open: "<|python_tag|>",
    json: ["parameters", "arguments"],
    bare: true,
    python: true,
    separator: ";",
  },
  written: { before: '{"name": "', between: '", "parameters": ', after: "}" },
};
