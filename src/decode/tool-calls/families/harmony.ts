import type { ToolFamily } from "../family.ts";

/** gpt-oss: messages on channels, calls addressed to `functions.NAME`. Source: OpenAI's harmony response format. */
export const harmony: ToolFamily = {
  name: "harmony",
  signs: [["<|channel|>", "<|message|>"]],
  calls: { open: "<|channel|>", channels: true },
  written: {
    before: "<|channel|>commentary to=functions.",
    between: " <|constrain|>json<|message|>",
    after: "<|call|>",
  },
  history: { reasoningField: "thinking", emptyContent: "beside reasoning" },
};
