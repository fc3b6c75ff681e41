import { NoModelError } from "./errors.ts";

/** How to get a model, in five lines: what `npm start` says, and every command that was given no MODEL. */
export const howToGetAModel = `Pellucid has no model built in yet; any LLaMA-style GGUF file will do. To get one:
  1. npx pellucid chat hf:bartowski/SmolLM2-135M-Instruct-GGUF:Q4_0  fetches a small one (about 100 MB), to talk to it
  2. npx pellucid models                                             lists good small ones
  3. npx pellucid chat PATH/TO/FILE.gguf                             takes a file that you have
In a checkout, "npm run --silent pellucid --" stands for "npx pellucid". More: npx pellucid --help`;

/** The MODEL of the command line. @throws NoModelError where it was left out */
export function needModel(model: string | undefined): string {
  if (model === undefined || model === "") throw new NoModelError(howToGetAModel);
  return model;
}
