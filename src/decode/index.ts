export {
  type AssistantMessage,
  type ChatFinishReason,
  type ChatOptions,
  type ChatPart,
  type ChatResult,
  ChatSession,
  type ChatSessionOptions,
  type ChatStream,
  type Tool,
  chat,
  chatTokens,
} from "./chat/index.ts";
export { type EmbedOptions, type Pooling, embed } from "./embed.ts";
export {
  type Alternative,
  type FinishReason,
  type GenerateOptions,
  type Generation,
  type GenerationResult,
  type Piece,
  type ScoredToken,
  type StoppedBy,
  type Timings,
  type TokenLogprob,
  type TokenText,
  generate,
  noText,
} from "./generate.ts";
export { naiveForward, naiveGenerate } from "./naive.ts";
export { type PerplexityOptions, type PerplexityResult, perplexity } from "./perplexity.ts";
export { PromptCache } from "./prompt-cache.ts";
export { ResultStream } from "./result-stream.ts";
export { type Score, type ScoreOptions, score } from "./score.ts";
export { type StopMatch, StopTexts } from "./stop/index.ts";
export type { Note, OutputPart, ToolCall } from "./tool-calls/index.ts";
export type { ChatMessage } from "../tokenizer/index.ts";
export { withTokens } from "./text-tokens.ts";
