import { TokenizerError } from "../errors.ts";
import type { LoadedModel } from "../model/index.ts";
import { type ChatMessage, type Tokenizer, renderChat } from "../tokenizer/index.ts";
import { type FinishReason, type GenerateOptions, type GenerationResult, generate } from "./generate.ts";
import { ResultStream } from "./result-stream.ts";

export interface ChatOptions extends GenerateOptions {
  /** Functions that the model may call, as JSON Schema, in the form that chat templates take. */
  readonly tools?: readonly unknown[];
  /** A Jinja template to use instead of the model's own. */
  readonly template?: string;
  /** The time that the template sees. Default: now. */
  readonly now?: Date;
}

/** A part of the answer: text as it comes, then why it ended. */
export type ChatPart =
  { readonly type: "text"; readonly text: string } | { readonly type: "finish"; readonly finishReason: FinishReason };

export interface ChatResult extends GenerationResult {
  /** The answer, to be added to the conversation. */
  readonly message: { readonly role: "assistant"; readonly content: string };
}

export type ChatStream = ResultStream<ChatPart, ChatResult>;

/** The tokens of a conversation, up to where the answer begins. */
export async function chatTokens(
  model: LoadedModel,
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
  options: Pick<ChatOptions, "tools" | "template" | "now"> = {},
): Promise<number[]> {
  const { metadata } = model.gguf;
  const template = options.template ?? metadata.string("tokenizer.chat_template", "");
  if (template === "") {
    throw new TokenizerError(
      "NO_TEMPLATE",
      "the model has no chat template: pass one as `template`, or use `generate`",
    );
  }
  const bosToken = tokenizer.bos === undefined ? "" : tokenizer.tokenText(tokenizer.bos);
  const eosToken = tokenizer.eos === undefined ? "" : tokenizer.tokenText(tokenizer.eos);
  const { tools, now } = options;
  const text = await renderChat(template, { messages, tools, now, addGenerationPrompt: true, bosToken, eosToken });
  // Most templates write the first token themselves; it must not come twice.
  const addSpecial = bosToken === "" || !text.startsWith(bosToken);
  return tokenizer.encode(text, { addSpecial, parseSpecial: true });
}

/** Answers a conversation. */
export function chat(
  model: LoadedModel,
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
  options: ChatOptions = {},
): ChatStream {
  async function* parts(): AsyncGenerator<ChatPart, ChatResult, undefined> {
    const generation = generate(model, tokenizer, await chatTokens(model, tokenizer, messages, options), options);
    for await (const { text, finishReason } of generation) {
      if (text !== "") yield { type: "text", text };
      if (finishReason !== undefined) yield { type: "finish", finishReason };
    }
    const result = await generation.result;
    return { ...result, message: { role: "assistant", content: result.text } };
  }
  return new ResultStream(parts());
}
