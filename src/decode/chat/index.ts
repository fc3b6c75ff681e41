/** Conversations: from messages to a prompt, and from what the model writes to typed parts. */
export { chat } from "./chat.ts";
export { ChatSession, type ChatSessionOptions } from "./chat-session.ts";
export type {
  AssistantMessage,
  ChatFinishReason,
  ChatOptions,
  ChatPart,
  ChatResult,
  ChatStream,
  Tool,
} from "./options.ts";
export { chatTokens } from "./prompt.ts";
