import type { ToolFamily } from "../family.ts";

/** DeepSeek R1 and V3 (the name's own line, a code block), V3.1 (name and arguments side by side). Source: their templates. */
export const deepseek: ToolFamily = {
  name: "deepseek",
  signs: [["<｜tool▁call▁begin｜>"]],
  calls: {
    open: "<｜tool▁call▁begin｜>",
    close: "<｜tool▁call▁end｜>",
    header: /^(?:function<｜tool▁sep｜>(?<name>[^\n<]+)\n```json\s*|(?<side>[^\n<]+)<｜tool▁sep｜>\s*)$/,
    after: ["```", "<｜tool▁call▁end｜>"],
  },
  written: {
    before: "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>",
    between: "\n```json\n",
    after: "\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
  },
  ignored: ["<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"],
  history: { argumentsAsText: true, emptyContent: "null" },
};
