import { type Command, Option } from "commander";
import { type Divergence, divergences } from "../../compress/train/index.ts";
import { UsageError } from "../errors.ts";
import { interruptible } from "../interrupt.ts";
import { loadFor } from "../load.ts";
import { addExamples, number, wholeNumber } from "../options.ts";
import { type TrainingFlags, addTrainingOptions, runTraining } from "../training-options.ts";

interface Flags extends TrainingFlags {
  readonly teacher?: string;
  readonly divergence: Divergence;
  readonly temperature: number;
  readonly mix: number;
  readonly topTokens: number;
}

/** `pellucid distill`: a student that follows its teacher's probabilities. */
export function define(command: Command): void {
  addTrainingOptions(command)
    .option("--teacher <M>", "the model to learn from, of the same vocabulary")
    .addOption(
      new Option("--divergence <D>", "how the two are compared").choices([...divergences]).default("forward-kl"),
    )
    .option("--temperature <T>", "divides the logits of both", number(0), 1)
    .option("--mix <M>", "0: the text alone, 1: the teacher alone", number(0, 1), 0.5)
    .option("--top-tokens <K>", "likeliest tokens that are kept of each position", wholeNumber(1), 64);
  addExamples(
    command,
    "pellucid distill small.gguf --teacher model.gguf --model pruned.gguf --file text.txt --tokens 500000 --batch 8 \\\n" +
      "    --learning-rate 1e-4 --resume",
  ).action(run);
}

async function run(out: string, { teacher: source, ...flags }: Flags): Promise<void> {
  if (source === undefined) throw new UsageError("name the teacher with --teacher");
  if (flags.model === undefined)
    throw new UsageError("name the student with --model: it needs the teacher's vocabulary");
  const { signal, release } = interruptible();
  try {
    const { model } = await loadFor(source, { threads: flags.threads }, signal);
    try {
      const context = model.createContext({ contextLength: flags.context });
      const teacher = {
        name: source,
        tokens: model.loaded.gguf.metadata.strings("tokenizer.ggml.tokens"),
        logits: (tokens: Int32Array) => {
          context.clear();
          return context.forward(tokens, { signal });
        },
      };
      const { divergence, temperature, mix, topTokens } = flags;
      await runTraining(out, flags, { signal, teacher: { teacher, divergence, temperature, mix, topTokens } });
    } finally {
      await model.close();
    }
  } finally {
    release();
  }
}
