import type { ChatMessage, GenerateOptions, LanguageModel } from "../index.ts";
import { InterruptedError, reportOf } from "./errors.ts";
import { interruptible } from "./interrupt.ts";
import { write } from "./output.ts";

export interface ConversationOptions {
  readonly system?: string | undefined;
  /** Whether someone sits there: then a failed answer does not end everything. */
  readonly isTerminal: boolean;
  readonly generation: GenerateOptions;
}

const help = `/reset  forget the conversation
/exit   leave (or Ctrl-D)
/help   this list
`;

/** What was said so far, and what to do with the next line. */
export class Conversation {
  private readonly model: LanguageModel;
  private readonly options: ConversationOptions;
  private messages: ChatMessage[] = [];

  constructor(model: LanguageModel, options: ConversationOptions) {
    this.model = model;
    this.options = options;
    this.reset();
  }

  /** Takes a message or a command. */
  async take(line: string): Promise<"exit" | "go on"> {
    const text = line.trim();
    if (text === "") return "go on";
    if (!text.startsWith("/")) await this.answer(text);
    else if (text === "/exit" || text === "/quit") return "exit";
    else if (text === "/reset") this.reset();
    else if (text === "/help") await write(help);
    else process.stderr.write(`pellucid: there is no ${text.split(/\s/)[0]}; /help lists what there is\n`);
    return "go on";
  }

  private reset(): void {
    const { system } = this.options;
    this.messages = system === undefined ? [] : [{ role: "system", content: system }];
  }

  /** Streams an answer. One that Ctrl-C stops counts as far as it came; a failed or empty one is taken back. */
  private async answer(question: string): Promise<void> {
    const before = this.messages;
    const asked = [...before, { role: "user", content: question }];
    const { isTerminal, generation } = this.options;
    const { signal, release } = interruptible();
    let content = "";
    try {
      for await (const part of this.model.chat(asked, { ...generation, signal })) {
        if (part.type !== "text") continue;
        content += part.text;
        await write(part.text);
      }
      await write("\n");
    } catch (error) {
      if (content !== "" || isTerminal) await write("\n");
      if (!isTerminal) throw error;
      if (!(error instanceof InterruptedError)) process.stderr.write(`${reportOf(error).message ?? ""}\n`);
      if (!(error instanceof InterruptedError) || content === "") return;
    } finally {
      release();
    }
    this.messages = [...asked, { role: "assistant", content }];
  }
}
