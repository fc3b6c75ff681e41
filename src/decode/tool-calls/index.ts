/** What a model writes, as typed parts: text, reasoning, tool calls. */
export { families, familyOf, listsCalls, listsTools } from "./families/index.ts";
export type { CallPlace, OpenCall } from "./call-writer.ts";
export { type CallSyntax, type ToolFamily, marksOf } from "./family.ts";
export { OutputParser, type OutputParserOptions } from "./output-parser.ts";
export type { Note, OutputPart, ToolCall } from "./parts.ts";
