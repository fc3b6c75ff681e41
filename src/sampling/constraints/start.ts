import { InvalidArgumentError } from "../../errors.ts";
import type { ConstraintState } from "./constraint.ts";
import type { TokenBytes } from "./engine/vocabulary.ts";
import { type ConstraintOptions, constraintOf } from "./options.ts";

/**
 * The constraint that options ask for, at the beginning of a text; undefined for none.
 * @throws InvalidArgumentError for more than one, or where tokens have no text; ConstraintError for one that can't be
 * followed
 */
export function startConstraint(
  options: ConstraintOptions,
  tokenizer: Partial<TokenBytes>,
): ConstraintState | undefined {
  const constraint = constraintOf(options);
  if (constraint === undefined || hasText(tokenizer)) return constraint?.start(tokenizer as TokenBytes);
  throw new InvalidArgumentError("output can't be constrained without a vocabulary: this model's can't be used");
}

function hasText(tokenizer: Partial<TokenBytes>): boolean {
  return (
    tokenizer.pieceBytes !== undefined && tokenizer.tokenType !== undefined && tokenizer.vocabularySize !== undefined
  );
}
