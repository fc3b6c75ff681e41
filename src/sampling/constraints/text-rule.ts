import type { TokenMask } from "./engine/mask.ts";
import type { TokenBytes } from "./engine/vocabulary.ts";

/** What a text may be. `Constraint` is one; others can be written. It is started anew for each text. */
export interface TextRule {
  start(tokenizer: TokenBytes): TextGuide;
}

/** A text that is being written under a rule. */
export interface TextGuide {
  /** The tokens that may come next, bit `t & 31` of word `t >> 5` for token `t`; undefined: any. */
  mask(): TokenMask | undefined;
  /** Goes on by a token. */
  accept(token: number): void;
  /** Whether the text is whole, and nothing can follow. */
  readonly isComplete: boolean;
}
