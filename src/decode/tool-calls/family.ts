/** How a family of models writes calls: data, one file a family in `families/`. */
export interface ToolFamily {
  readonly name: string;
  /** Tells the family by its chat template: a template that has all texts of one of these lists. */
  readonly signs: readonly (readonly string[])[];
  readonly calls: CallSyntax;
  /** A call as the model is to write it: before the name, between name and arguments, after them. */
  readonly written: { readonly before: string; readonly between: string; readonly after: string };
  /** Marks that mean nothing to a reader, and those that mean nothing after reasoning. */
  readonly ignored?: readonly string[];
  readonly ignoredAfterReasoning?: readonly string[];
  /** How the conversation's earlier calls are to be put for the template. */
  readonly history?: {
    /** The field for an earlier answer's reasoning. Default `reasoning_content`. */
    readonly reasoningField?: string;
    /** Arguments as JSON text rather than as an object. */
    readonly argumentsAsText?: boolean;
    /** No content where there are calls: null, or the field left out beside reasoning. */
    readonly emptyContent?: "null" | "beside reasoning";
    /** Whether results come as messages of the user's, in `<tool_response>` tags. */
    readonly resultsAsUser?: boolean;
  };
}

export interface CallSyntax {
  /** What calls begin with. */
  readonly open: string;
  readonly close?: string;
  /** `{"name": …, KEY: …}`, or an array of these: the keys that arguments may have. */
  readonly json?: readonly string[];
  /** A call may also begin the answer without `open`; it counts only where it names a tool. */
  readonly bare?: boolean;
  /** Between calls. */
  readonly separator?: string;
  /** `name.call(key="value")` after `open`. */
  readonly python?: boolean;
  /** What stands between `open` and the arguments' brace, with a group `name`. */
  readonly header?: RegExp;
  /** What follows such arguments, in this order, each of them if it is there. */
  readonly after?: readonly string[];
  /** The answer is a sequence of messages, each with a channel (OpenAI's harmony). */
  readonly channels?: boolean;
}

/** The marks of a family that may be control tokens, and are to be seen as text nevertheless. */
export function marksOf(family: ToolFamily): string[] {
  const { calls, ignored = [], ignoredAfterReasoning = [] } = family;
  const { open, close, after = [] } = calls;
  const others = calls.channels === true ? harmonyMarks : calls.header === undefined ? [] : headerMarks;
  return [open, close ?? "", ...after, ...ignored, ...ignoredAfterReasoning, ...others, ...reasoningMarks].filter(
    (mark) => mark !== "",
  );
}

export const reasoningMarks = ["<think>", "</think>"];
export const harmonyMarks = [
  "<|start|>",
  "<|channel|>",
  "<|constrain|>",
  "<|message|>",
  "<|end|>",
  "<|call|>",
  "<|return|>",
];
const headerMarks = ["[ARGS]", "[CALL_ID]", "<｜tool▁sep｜>"];
