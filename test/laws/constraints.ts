/** What must hold of any constraint and vocabulary. Each law takes one text that was drawn token by token. */
import type { Constraint, ConstraintState, TokenBytes } from "../../src/sampling/index.ts";

/** The tokens that a state allows. */
export function allowedTokens(state: ConstraintState, vocabularySize: number): number[] {
  const mask = state.mask();
  return Array.from({ length: vocabularySize }, (_, id) => id).filter(
    (id) => ((mask[id >> 5] >>> (id & 31)) & 1) === 1,
  );
}

/**
 * A text under a constraint, as `choose` draws it from the allowed tokens, as far as `most` tokens or its end.
 * @param choose a number from 0 to 1 for each token
 */
export function drawTokens(
  constraint: Constraint,
  tokenizer: TokenBytes,
  choose: () => number,
  most: number,
): { readonly tokens: number[]; readonly state: ConstraintState } {
  const state = constraint.start(tokenizer);
  const tokens: number[] = [];
  while (tokens.length < most && !state.isComplete) {
    const allowed = allowedTokens(state, tokenizer.vocabularySize);
    if (allowed.length === 0) throw new Error(`no token may follow ${tokens.join()}`);
    const token = allowed[Math.min(Math.floor(choose() * allowed.length), allowed.length - 1)];
    state.accept(token);
    tokens.push(token);
  }
  return { tokens, state };
}

/** Wherever a text stands, a token may follow or the text is whole. */
export function neverStuck(state: ConstraintState, tokenizer: TokenBytes): boolean {
  return state.isComplete || allowedTokens(state, tokenizer.vocabularySize).length > 0;
}

/** The mask has a token exactly where the text goes on with its bytes, tried one by one. */
export function maskIsAcceptance(state: ConstraintState, tokenizer: TokenBytes): boolean {
  const allowed = new Set(allowedTokens(state, tokenizer.vocabularySize));
  return Array.from({ length: tokenizer.vocabularySize }, (_, token) => token).every((token) => {
    return isAccepted(state, token) === allowed.has(token);
  });
}

function isAccepted(state: ConstraintState, token: number): boolean {
  try {
    state.fork().accept(token);
    return true;
  } catch {
    return false;
  }
}

/** A state reached token by token allows what one allows that reads the same tokens from the beginning. */
export function incrementalIsFromScratch(
  state: ConstraintState,
  tokens: readonly number[],
  constraint: Constraint,
  tokenizer: TokenBytes,
): boolean {
  const again = constraint.start(tokenizer);
  for (const token of tokens) again.accept(token);
  const [mask, other] = [state.mask(), again.mask()];
  return mask.every((word, i) => word === other[i]) && state.canEnd === again.canEnd;
}
