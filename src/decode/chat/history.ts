import type { ChatMessage } from "../../tokenizer/index.ts";
import { type ToolFamily, listsCalls, listsTools } from "../tool-calls/index.ts";
import { omit } from "./omit.ts";
import type { Tool } from "./options.ts";

/** A call within a message, as the OpenAI API and chat templates have it. */
interface MessageCall {
  readonly function?: { readonly name?: unknown; readonly arguments?: unknown };
}

/**
 * The conversation as a family's template takes it: where calls and reasoning go, and in words what the template has no
 * place for. Messages without calls, reasoning or results stay as they are.
 */
export function messagesFor(
  messages: readonly ChatMessage[],
  family: ToolFamily,
  template: string,
  tools: readonly Tool[],
): ChatMessage[] {
  const answers = messages.map((message) => {
    if (message.role !== "assistant") return message;
    return withCalls(withReasoning(message, family), family, template);
  });
  const all = family.history?.resultsAsUser === true ? withResultsOfUser(answers) : answers;
  return tools.length > 0 && !listsTools(template) ? withSystem(all, describeTools(tools, family)) : all;
}

/** For a template that refuses system messages: what they say goes before the first message of the user's. */
export function withoutSystem(messages: readonly ChatMessage[]): ChatMessage[] {
  const isSystem = ({ role }: ChatMessage) => role === "system";
  const said = messages.filter(isSystem).map(({ content }) => String(content));
  const rest = messages.filter((message) => !isSystem(message));
  const first = rest.findIndex(({ role }) => role === "user");
  return rest.map((message, i) =>
    i === first ? { ...message, content: [...said, String(message.content)].join("\n\n") } : message,
  );
}

function withReasoning(message: ChatMessage, { history = {} }: ToolFamily): ChatMessage {
  const { reasoningField, emptyContent } = history;
  const { reasoning_content: reasoning, ...rest } = message;
  if (typeof reasoning !== "string" || reasoningField === undefined) return message;
  const besides = emptyContent === "beside reasoning" && callsOf(message).length > 0;
  return { ...rest, [reasoningField]: reasoning, ...(besides && { content: "" }) };
}

function withCalls(message: ChatMessage, family: ToolFamily, template: string): ChatMessage {
  const calls = callsOf(message);
  if (calls.length === 0) return message;
  const { argumentsAsText = false, emptyContent } = family.history ?? {};
  if (!listsCalls(template)) {
    const { before, between, after } = family.written;
    const written = calls.map(({ function: called }) => {
      return before + String(called?.name) + between + asText(called?.arguments) + after;
    });
    const content = typeof message.content === "string" && message.content !== "" ? [message.content] : [];
    return { ...omit(message, "tool_calls"), role: message.role, content: [...content, ...written].join("\n") };
  }
  return {
    ...message,
    ...(emptyContent === "null" && message.content === "" && { content: null }),
    tool_calls: calls.map((call) => {
      const value = call.function?.arguments;
      return { ...call, function: { ...call.function, arguments: argumentsAsText ? asText(value) : asValue(value) } };
    }),
  };
}

function callsOf({ tool_calls: calls }: ChatMessage): readonly MessageCall[] {
  return Array.isArray(calls) ? (calls as MessageCall[]) : [];
}

const asText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value ?? {}));

function asValue(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Results of calls as messages of the user's, those of one answer in one. */
function withResultsOfUser(messages: readonly ChatMessage[]): ChatMessage[] {
  const all: ChatMessage[] = [];
  let results: string[] = [];
  const flush = () => {
    if (results.length > 0) all.push({ role: "user", content: results.join("\n") });
    results = [];
  };
  for (const message of messages) {
    if (message.role === "tool") results.push(`<tool_response>\n${asText(message.content)}\n</tool_response>`);
    else {
      flush();
      all.push(message);
    }
  }
  flush();
  return all;
}

function withSystem(messages: readonly ChatMessage[], text: string): ChatMessage[] {
  const [first, ...rest] = messages;
  if (messages.length === 0 || first.role !== "system") return [{ role: "system", content: text }, ...messages];
  return [{ ...first, content: `${String(first.content)}\n\n${text}` }, ...rest];
}

/** After the words with which Qwen's template does it. */
function describeTools(tools: readonly Tool[], { written }: ToolFamily): string {
  const lines = tools.map((tool) => JSON.stringify(tool)).join("\n");
  const { before, between, after } = written;
  return (
    `You may call functions to help with the request. The functions are given within <tools></tools> tags:\n` +
    `<tools>\n${lines}\n</tools>\n\nTo call one, answer with its name and its arguments as a JSON object, like this:\n` +
    `${before}NAME${between}ARGUMENTS${after}`
  );
}
