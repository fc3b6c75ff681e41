import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { isReference } from "../../download/index.ts";
import { fetchModel } from "../fetch-model.ts";
import { interruptible } from "../interrupt.ts";
import { addExamples } from "../options.ts";
import { write, writeJson } from "../output.ts";

/** `pellucid download`: brings a model into the cache, and prints where it is. */
export function define(command: Command): void {
  command
    .argument("<MODEL>", "hf:OWNER/REPO/FILE.gguf, hf:OWNER/REPO:QUANTIZATION, or a URL", reference)
    .option("--json", "print JSON");
  addExamples(
    command,
    "pellucid download hf:bartowski/SmolLM2-135M-Instruct-GGUF/SmolLM2-135M-Instruct-Q4_0.gguf",
    "pellucid download hf:bartowski/SmolLM2-135M-Instruct-GGUF:Q4_K_M",
    "pellucid download hf:OWNER/REPO@REVISION/FILE.gguf --json",
  ).action(run);
}

async function run(model: string, flags: { readonly json?: boolean }): Promise<void> {
  const { signal, release } = interruptible();
  try {
    const { path, files } = await fetchModel(model, signal);
    if (flags.json === true) await writeJson({ path, files });
    else await write(`${path}\n`);
  } finally {
    release();
  }
}

function reference(text: string): string {
  if (isReference(text)) return text;
  throw new InvalidArgumentError("It must start with hf: or be a URL; what is a file needs no download.");
}
