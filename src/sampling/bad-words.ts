import { InvalidArgumentError } from "../errors.ts";
import type { Sampler } from "./candidates.ts";
import { forbid } from "./forbid.ts";

/**
 * Sequences of tokens that never occur: the last token of one is impossible where the text ends with the others.
 * Source: transformers, `NoBadWordsLogitsProcessor`; there a word longer than the text so far is not looked at.
 * @throws InvalidArgumentError for a sequence without tokens
 */
export function badWords({ words }: { readonly words: readonly (readonly number[])[] }): Sampler {
  if (words.some(({ length }) => length === 0)) throw new InvalidArgumentError("a bad word has no tokens");
  return (candidates, { previousTokens }) =>
    forbid(
      candidates,
      words.filter((word) => isPreceded(previousTokens, word)).map((word) => word[word.length - 1]),
    );
}

/** Whether the text ends with all tokens of the word but the last. */
function isPreceded(text: readonly number[], word: readonly number[]): boolean {
  const start = text.length - (word.length - 1);
  if (start < 0) return false;
  for (let i = 0; i < word.length - 1; i++) if (text[start + i] !== word[i]) return false;
  return true;
}
