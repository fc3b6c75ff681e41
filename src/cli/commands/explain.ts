import type { Command } from "commander";
import { CommandError } from "../errors.ts";
import { interruptible } from "../interrupt.ts";
import { loadFor } from "../load.ts";
import { type ModelFlags, addExamples, addModelOptions } from "../options.ts";
import { write } from "../output.ts";

/** `pellucid explain`: the plan, one operation a line. */
export function define(command: Command): void {
  addExamples(addModelOptions(command), "pellucid explain model.gguf --precision int8").action(run);
}

async function run(source: string | undefined, flags: ModelFlags): Promise<void> {
  const { signal, release } = interruptible();
  const { model } = await loadFor(source, flags, signal);
  try {
    const { explain } = model as { explain?: () => string | Promise<string> };
    if (explain === undefined) {
      throw new CommandError(`the ${model.kernels} kernels compute without a plan; it comes with the wasm kernels`);
    }
    await write(`${(await explain.call(model)).trimEnd()}\n`);
  } finally {
    release();
    await model.close();
  }
}
