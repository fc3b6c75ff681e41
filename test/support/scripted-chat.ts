import type { LanguageModel, Sampler } from "../../src/index.ts";

/** A sampler that has the model write exactly these texts, one an answer, each with its end token. */
export function script(model: LanguageModel, ...answers: readonly string[]): Sampler {
  const end = model.tokenizer.eos!;
  const tokens = answers.flatMap((text) => [...model.tokenizer.encode(text, { addSpecial: false }), end]);
  let next = 0;
  return ({ ids, logits }) => {
    const at = ids.indexOf(tokens[next++] ?? end);
    return { ids: ids.slice(at, at + 1), logits: logits.slice(at, at + 1), sorted: true };
  };
}
