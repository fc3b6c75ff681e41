import { InvalidArgumentError } from "../../errors.ts";
import type { TokenBytes } from "./engine/vocabulary.ts";
import { type ConstraintOptions, constraintOf } from "./options.ts";
import type { TextGuide } from "./text-rule.ts";

/**
 * The constraint that options ask for, at the beginning of a text; undefined for none.
 * @throws InvalidArgumentError for more than one, or where tokens have no text; ConstraintError for one that can't be
 * followed
 */
export function startConstraint(options: ConstraintOptions, tokenizer: Partial<TokenBytes>): TextGuide | undefined {
  const constraint = constraintOf(options);
  if (constraint === undefined || hasText(tokenizer)) return constraint?.start(tokenizer as TokenBytes);
  throw new InvalidArgumentError("output can't be constrained without a vocabulary: this model's can't be used");
}

function hasText(tokenizer: Partial<TokenBytes>): boolean {
  return (
    tokenizer.pieceBytes !== undefined && tokenizer.tokenType !== undefined && tokenizer.vocabularySize !== undefined
  );
}
