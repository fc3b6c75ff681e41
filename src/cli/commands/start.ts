import type { Command } from "commander";
import { randomSeed } from "../../sampling/index.ts";
import { interruptible } from "../interrupt.ts";
import { loadFor } from "../load.ts";
import { addExamples, wholeNumber } from "../options.ts";
import { write } from "../output.ts";
import { opening, storySampling } from "../story.ts";

/** `pellucid start`, which `npm start` runs: a story by the built-in model, and what comes next. */
export function define(command: Command): void {
  command.option("--seed <N>", "tell this story; the same number gives the same one everywhere", wholeNumber(0));
  addExamples(command, "pellucid start", "pellucid start --seed 7").action(run);
}

async function run({ seed = randomSeed() }: { seed?: number }): Promise<void> {
  const { signal, release } = interruptible();
  const { model } = await loadFor(undefined, { threads: 1 }, signal);
  try {
    await write(opening);
    for await (const { text } of model.generate(opening, { ...storySampling, seed, signal })) await write(text);
    await write("\n");
    process.stderr.write(`\n${whatNext(seed)}`);
  } finally {
    release();
    await model.close();
  }
}

const whatNext = (
  seed: number,
) => `That was the built-in model of 1 MB (--seed ${seed} tells it again). Larger ones know more:
  npx pellucid models                                             lists good small ones
  npx pellucid chat hf:bartowski/SmolLM2-135M-Instruct-GGUF:Q4_0  fetches one of 100 MB, to talk to
  npx pellucid chat PATH/TO/FILE.gguf                             takes a file that you have
In a checkout, "npm run --silent pellucid --" stands for "npx pellucid". More: npx pellucid --help
`;
