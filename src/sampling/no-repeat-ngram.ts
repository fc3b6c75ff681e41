import { InvalidArgumentError } from "../errors.ts";
import type { Sampler } from "./candidates.ts";
import { forbid } from "./forbid.ts";

/**
 * No sequence of `n` tokens occurs twice, the prompt included. 0: off.
 * Source: Paulus, Xiong, Socher 2017, "A Deep Reinforced Model for Abstractive Summarization" (arXiv:1705.04304), §2.5.
 * @throws InvalidArgumentError for an `n` that is not a whole number of at least 0
 */
export function noRepeatNgram({ n }: { readonly n: number }): Sampler {
  if (!Number.isInteger(n) || n < 0) {
    throw new InvalidArgumentError(`the length of sequences that don't repeat must be a whole number, not ${n}`);
  }
  return (candidates, { previousTokens }) =>
    n === 0 ? candidates : forbid(candidates, continuations(previousTokens, n));
}

/** The tokens that came after earlier occurrences of the text's last n − 1 tokens. */
function continuations(text: readonly number[], n: number): Set<number> {
  const found = new Set<number>();
  const start = text.length - (n - 1);
  for (let at = 0; at + n <= text.length; at++) {
    let same = 0;
    while (same < n - 1 && text[at + same] === text[start + same]) same++;
    if (same === n - 1) found.add(text[at + n - 1]);
  }
  return found;
}
