import type { Command } from "commander";
import { interruptible } from "../interrupt.ts";
import { addExamples } from "../options.ts";
import { type TrainingFlags, addTrainingOptions, runTraining } from "../training-options.ts";

/** `pellucid train`: a new model from texts, or a model further trained. */
export function define(command: Command): void {
  addExamples(
    addTrainingOptions(command),
    "pellucid train stories.gguf --file stories.txt.gz --validation valid.txt.gz --resume",
    "pellucid train better.gguf --model pruned.gguf --file text.txt --learning-rate 1e-4 --tokens 500000 --batch 8",
  ).action(run);
}

async function run(out: string, flags: TrainingFlags): Promise<void> {
  const { signal, release } = interruptible();
  try {
    await runTraining(out, flags, { signal });
  } finally {
    release();
  }
}
