import { NoModelError } from "./errors.ts";

/** How to get a model, in five lines: what `npm start` says, and every command that was given no MODEL. */
export const howToGetAModel = `Pellucid has no model built in yet; any LLaMA-style GGUF file will do. A small one (about 100 MB):
  1. Open https://huggingface.co/bartowski/SmolLM2-135M-Instruct-GGUF and download a file, such as ...-Q4_0.gguf
  2. npx pellucid chat PATH/TO/FILE.gguf                                  to talk to it
  3. npx pellucid generate PATH/TO/FILE.gguf --prompt "Once upon a time"  to continue a text
In a checkout, "npm run --silent pellucid --" stands for "npx pellucid". More: npx pellucid --help`;

/** The MODEL of the command line. @throws NoModelError where it was left out */
export function needModel(model: string | undefined): string {
  if (model === undefined || model === "") throw new NoModelError(howToGetAModel);
  return model;
}
