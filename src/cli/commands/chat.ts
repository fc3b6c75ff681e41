import type { Command } from "commander";
import { completeCommand } from "../chat/commands.ts";
import { InputHistory, historyPath } from "../chat/input-history.ts";
import { pipedLines, readMessage } from "../chat/lines.ts";
import { TypedLines } from "../chat/typed-lines.ts";
import { type ConstraintFlags, addConstraintOptions, constraintOfFlags } from "../constraint-options.ts";
import { interruptible } from "../interrupt.ts";
import { loadFor } from "../load.ts";
import { type ModelFlags, addExamples, addModelOptions, wholeNumber } from "../options.ts";
import { type SamplingFlags, addSamplingOptions, samplingOf } from "../sampling-options.ts";
import { Conversation } from "../conversation.ts";
import { write } from "../output.ts";

interface Flags extends ModelFlags, SamplingFlags, ConstraintFlags {
  readonly system?: string;
  readonly maxTokens?: number;
  readonly context?: number;
  readonly history?: string | false;
}

/** `pellucid chat`: a conversation, in the terminal, or a script of messages and commands through a pipe. */
export function define(command: Command): void {
  addModelOptions(command)
    .option("--system <TEXT>", "what the model is told before the conversation")
    .option("--max-tokens <N>", "the most tokens of an answer", wholeNumber(1))
    .option("--context <N>", "the most tokens of the conversation", wholeNumber(1))
    .option(
      "--history <F>",
      "the file that remembers what was typed (default: PELLUCID_HISTORY, or in your state folder)",
    )
    .option("--no-history", "remember nothing");
  addConstraintOptions(addSamplingOptions(command));
  addExamples(
    command,
    "pellucid chat model.gguf",
    'pellucid chat model.gguf --system "Answer in one sentence." --temperature 0',
    'echo "What is a whale?" | pellucid chat model.gguf',
  )
    .addHelpText(
      "after",
      "\nIn the conversation: /help lists the commands. Ctrl-C stops an answer; twice at an empty prompt, it leaves.",
    )
    .action(run);
}

async function run(source: string | undefined, flags: Flags): Promise<void> {
  const constraint = await constraintOfFlags(flags);
  const loading = interruptible();
  const { model } = await loadFor(source, { ...flags, contextLength: flags.context }, loading.signal);
  loading.release();
  try {
    const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
    const conversation = new Conversation(model, {
      system: flags.system,
      isTerminal,
      generation: { maxTokens: flags.maxTokens, ...samplingOf(flags), ...constraint },
    });
    if (isTerminal) await write("Type a message, or /help. Ctrl-C stops an answer, /exit leaves.\n");
    const source = isTerminal ? new TypedLines(await historyOf(flags), completeCommand) : pipedLines();
    for (;;) {
      const message = await readMessage(source);
      if (message === undefined || (await conversation.take(message)) === "exit") break;
    }
    await conversation.close();
  } finally {
    await model.close();
  }
}

async function historyOf({ history }: Flags): Promise<InputHistory> {
  const path = history === false ? undefined : (history ?? historyPath());
  const typed = new InputHistory(path, (message) => process.stderr.write(`pellucid: ${message}\n`));
  await typed.load();
  return typed;
}
