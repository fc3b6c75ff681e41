import type { ChatMessage, ChatOptions, ChatResult, ChatSession, GenerateOptions, LanguageModel } from "../index.ts";
import { type Desk, runCommand } from "./chat/commands.ts";
import { InterruptedError, reportOf } from "./errors.ts";
import { interruptible } from "./interrupt.ts";
import { write } from "./output.ts";
import { faint, takesEscapes } from "./terminal.ts";

export interface ConversationOptions {
  readonly system?: string | undefined;
  /** Whether someone sits there: then a failed answer does not end everything. */
  readonly isTerminal: boolean;
  readonly generation: Omit<GenerateOptions, "echo">;
}

/** What was said so far, and what to do with the next message. */
export class Conversation implements Desk {
  private readonly model: LanguageModel;
  private readonly isTerminal: boolean;
  private readonly chat: ChatSession;
  generation: ChatOptions;

  constructor(model: LanguageModel, { system, isTerminal, generation }: ConversationOptions) {
    this.model = model;
    this.isTerminal = isTerminal;
    this.generation = generation;
    this.chat = model.createChat({ system });
  }

  get messages(): readonly ChatMessage[] {
    return this.chat.messages;
  }

  /** Takes a message or a command. A command that fails is told of, and changes nothing. */
  async take(message: string): Promise<"exit" | "go on"> {
    const text = message.trim();
    if (text === "") return "go on";
    if (!text.startsWith("/") || text.startsWith("//")) {
      await this.answer(text.replace(/^\/\//, "/"));
      return "go on";
    }
    try {
      return await runCommand(this, text);
    } catch (error) {
      this.tell(error);
      return "go on";
    }
  }

  reset(messages: readonly ChatMessage[]): void {
    this.chat.reset(messages);
  }

  say(text: string): Promise<void> {
    return write(text);
  }

  use(): Promise<string> {
    const { contextTokens, contextLength, messages } = this.chat;
    const share = Math.round((100 * contextTokens) / contextLength);
    const tokens = messages.reduce((sum, { content }) => sum + this.tokensOf(content), 0);
    return Promise.resolve(
      `${contextTokens} of ${contextLength} tokens of context used (${share} %), as of the last answer\n` +
        `${messages.length} messages with ${tokens} tokens of text\n`,
    );
  }

  close(): Promise<void> {
    return this.chat.close();
  }

  private tokensOf(content: unknown): number {
    return this.model.tokenizer.encode(String(content), { addSpecial: false }).length;
  }

  /** Streams an answer. One that Ctrl-C stops counts as far as it came; a failed one is taken back, with its question. */
  private async answer(question: string): Promise<void> {
    const { isTerminal } = this;
    const { signal, release } = interruptible({ again: "goes on" });
    let place: "nothing" | "reasoning" | "text" = "nothing";
    const stream = this.chat.send(question, { ...this.generation, signal });
    try {
      for await (const part of stream) {
        if (part.type === "note") process.stderr.write(`pellucid: ${part.message}\n`);
        if (part.type === "reasoning" && isTerminal) {
          if (place !== "reasoning" && !takesEscapes(process.stdout)) await write("(thinking) ");
          place = "reasoning";
          await write(faint(part.text, process.stdout));
        }
        if (part.type !== "text") continue;
        if (place === "reasoning") await write("\n\n");
        place = "text";
        await write(part.text);
      }
      await write("\n");
      if (isTerminal) process.stderr.write(`${faint(this.status(await stream.result), process.stderr)}\n`);
    } catch (error) {
      if (place !== "nothing" || isTerminal) await write("\n");
      if (!isTerminal) throw error;
      this.tell(error);
    } finally {
      release();
    }
  }

  private tell(error: unknown): void {
    if (!(error instanceof InterruptedError)) process.stderr.write(`${reportOf(error).message ?? ""}\n`);
  }

  private status({ timings, finishReason }: ChatResult): string {
    const { contextTokens, contextLength } = this.chat;
    const speed = `${timings.decodeTokensPerSecond.toFixed(1)} tokens/s`;
    const cut = finishReason === "length" ? ", cut at the limit" : "";
    return `[${speed}, context ${contextTokens}/${contextLength}${cut}]`;
  }
}
