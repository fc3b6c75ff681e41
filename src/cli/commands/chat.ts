import type { Command } from "commander";
import { interruptible } from "../interrupt.ts";
import { loadFor } from "../load.ts";
import { type ModelFlags, addExamples, addModelOptions, wholeNumber } from "../options.ts";
import { type SamplingFlags, addSamplingOptions, samplingOf } from "../sampling-options.ts";
import { Conversation } from "../conversation.ts";
import { write } from "../output.ts";
import { askedLines, pipedLines } from "../read-lines.ts";

interface Flags extends ModelFlags, SamplingFlags {
  readonly system?: string;
  readonly maxTokens?: number;
  readonly context?: number;
}

/** `pellucid chat`: a conversation, in the terminal or one message a line through a pipe. */
export function define(command: Command): void {
  addModelOptions(command)
    .option("--system <TEXT>", "what the model is told before the conversation")
    .option("--max-tokens <N>", "the most tokens of an answer", wholeNumber(1))
    .option("--context <N>", "the most tokens of the conversation", wholeNumber(1));
  addSamplingOptions(command);
  addExamples(
    command,
    "pellucid chat model.gguf",
    'pellucid chat model.gguf --system "Answer in one sentence." --temperature 0',
    'echo "What is a whale?" | pellucid chat model.gguf',
  )
    .addHelpText(
      "after",
      "\nIn the conversation: /help, /reset, /exit. Ctrl-C stops an answer; at the prompt it leaves.",
    )
    .action(run);
}

async function run(source: string | undefined, flags: Flags): Promise<void> {
  const loading = interruptible();
  const { model } = await loadFor(source, { ...flags, contextLength: flags.context }, loading.signal);
  loading.release();
  try {
    const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
    const conversation = new Conversation(model, {
      system: flags.system,
      isTerminal,
      generation: { maxTokens: flags.maxTokens, ...samplingOf(flags) },
    });
    if (isTerminal) await write("Type a message, or /help. Ctrl-C stops an answer, /exit leaves.\n");
    for await (const line of isTerminal ? askedLines("> ") : pipedLines()) {
      if ((await conversation.take(line)) === "exit") break;
    }
  } finally {
    await model.close();
  }
}
