import { TokenizerError } from "../errors.ts";

/** One message of a conversation; templates may read further fields (`tool_calls`, `name`, …). */
export interface ChatMessage {
  readonly role: string;
  readonly content?: unknown;
  readonly [field: string]: unknown;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** Functions that the model may call, as JSON Schema, in the form that chat templates take. */
  readonly tools?: readonly unknown[] | undefined;
  /** End the text where the model's answer begins. Default: false. */
  readonly addGenerationPrompt?: boolean | undefined;
  readonly bosToken?: string | undefined;
  readonly eosToken?: string | undefined;
  /** What time the template sees. Default: now. */
  readonly now?: Date | undefined;
  /** Further variables of the template, such as `enable_thinking`. */
  readonly [variable: string]: unknown;
}

/** @throws TokenizerError `TEMPLATE` */
export function renderChat(_template: string, _request: ChatRequest): Promise<string> {
  return Promise.reject(new TokenizerError("TEMPLATE", "chat templates are not there yet"));
}
