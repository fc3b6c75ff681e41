import type { ChatMessage } from "../../index.ts";
import { CommandError } from "../errors.ts";
import { readText, reasonOf } from "../input.ts";
import { writeTextFile } from "./text-file.ts";

/** Writes a conversation, as a whole or not at all. */
export async function saveConversation(path: string, messages: readonly ChatMessage[]): Promise<void> {
  const text = `${JSON.stringify({ messages }, null, 2)}\n`;
  await writeTextFile(path, text).catch((error: unknown) => {
    throw new CommandError(`${path}: can't be written: ${reasonOf(error)}`);
  });
}

/** Reads a conversation. @throws CommandError, of one line, for a file that is none */
export async function loadConversation(path: string): Promise<ChatMessage[]> {
  const text = await readText(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CommandError(`${path}: is not a saved conversation: it is not JSON`);
  }
  const messages: unknown = Array.isArray(value) ? value : (value as { messages?: unknown } | null)?.messages;
  if (Array.isArray(messages) && messages.every(isMessage)) return messages;
  throw new CommandError(
    `${path}: is not a saved conversation: {"messages": [{"role": …, "content": …}]} was expected`,
  );
}

function isMessage(value: unknown): value is ChatMessage {
  if (typeof value !== "object" || value === null) return false;
  const { role, content } = value as { role?: unknown; content?: unknown };
  return typeof role === "string" && typeof content === "string";
}
