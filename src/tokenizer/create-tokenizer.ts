import { kindOf } from "./kinds.ts";
import type { TokenizerMetadata } from "./metadata.ts";
import { tokensToFind } from "./partition.ts";
import { findSpecialTokens, markStripping } from "./special-tokens.ts";
import { Tokenizer } from "./tokenizer.ts";
import { readVocabulary } from "./vocabulary.ts";

/**
 * The tokenizer that a GGUF file's metadata describe.
 * @throws TokenizerError `UNSUPPORTED_MODEL`, `UNSUPPORTED_PRE_TOKENIZER`, `NO_VOCABULARY`, `NO_MERGES`,
 * `BAD_VOCABULARY`
 */
export function createTokenizer(metadata: TokenizerMetadata): Tokenizer {
  const recipe = kindOf(metadata);
  const vocabulary = readVocabulary(metadata);
  const special = findSpecialTokens(metadata, vocabulary, recipe.defaults);
  markStripping(metadata, vocabulary, tokensToFind(vocabulary, true));
  return new Tokenizer(vocabulary, special, recipe.create(vocabulary, special));
}
