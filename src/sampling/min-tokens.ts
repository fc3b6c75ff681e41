import { InvalidArgumentError } from "../errors.ts";
import type { Sampler } from "./candidates.ts";
import { forbid } from "./forbid.ts";

export interface MinTokensOptions {
  /** How many tokens must be generated before an end token. 0: off. */
  readonly count: number;
  /** What ends the text. Default: the context's. */
  readonly endTokens?: readonly number[];
  /** Tokens of the text that were not generated. Default: the context's. */
  readonly promptLength?: number;
}

/**
 * No end token before `count` tokens were generated.
 * Source: transformers, `MinNewTokensLengthLogitsProcessor`.
 * @throws InvalidArgumentError for a count below 0
 */
export function minTokens({ count, endTokens, promptLength }: MinTokensOptions): Sampler {
  if (!(count >= 0)) throw new InvalidArgumentError(`the least number of tokens must be at least 0, not ${count}`);
  return (candidates, context) => {
    const generated = context.previousTokens.length - (promptLength ?? context.promptLength ?? 0);
    return generated < count ? forbid(candidates, endTokens ?? context.endTokens ?? []) : candidates;
  };
}
