/** Text ↔ tokens, and chat templates. */
export { createTokenizer } from "./create-tokenizer.ts";
export type { TokenizerMetadata } from "./metadata.ts";
export { type PreTokenizer, preTokenizers } from "./pre-tokenizers.ts";
export type { TokenType } from "./token-attributes.ts";
export { Tokenizer } from "./tokenizer.ts";
export type { DecodeOptions, EncodeOptions, StreamingDecoder } from "./tokenizer.ts";
export { renderChat } from "./chat-template.ts";
export type { ChatMessage, ChatRequest } from "./chat-template.ts";
