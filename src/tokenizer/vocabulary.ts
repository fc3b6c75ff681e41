import { TokenizerError } from "../errors.ts";
import type { TokenizerMetadata } from "./metadata.ts";
import { attribute, attributesOfType } from "./token-attributes.ts";

/** The tokens of a model: text, kind and score of each, and the way back from a text. */
export interface Vocabulary {
  readonly texts: readonly string[];
  /** Bits of `attribute` for each token. */
  readonly attributes: Uint8Array;
  /** Empty where the file has none. */
  readonly scores: Float32Array;
  /** Where two tokens have the same text, the later. */
  readonly ids: ReadonlyMap<string, number>;
}

/** A file can't make us allocate more than this many tokens; the largest vocabulary in use has 262,208. */
export const maxTokens = 1 << 22;

/** @throws TokenizerError `NO_VOCABULARY`, `BAD_VOCABULARY` */
export function readVocabulary(metadata: TokenizerMetadata): Vocabulary {
  const key = "tokenizer.ggml.tokens";
  if (!metadata.has(key))
    throw new TokenizerError("NO_VOCABULARY", `the metadata have no "${key}": there are no tokens`);
  const texts = metadata.strings(key).map((text, id) => (text === "" ? `[EMPTY_${id}]` : text));
  if (texts.length > maxTokens) {
    throw new TokenizerError("BAD_VOCABULARY", `"${key}" has ${texts.length} tokens, more than ${maxTokens}`);
  }

  const ids = new Map<string, number>();
  texts.forEach((text, id) => ids.set(text, id));

  const types = parallel(metadata, "tokenizer.ggml.token_type", texts.length);
  const attributes = new Uint8Array(texts.length).fill(attribute.normal);
  if (types !== undefined) for (let id = 0; id < texts.length; id++) attributes[id] = attributesOfType(types[id]);

  const scores = Float32Array.from(parallel(metadata, "tokenizer.ggml.scores", texts.length) ?? []);
  return { texts, attributes, scores, ids };
}

/** An array with an entry for each token, where the file has it. */
function parallel(metadata: TokenizerMetadata, key: string, count: number): ArrayLike<number> | undefined {
  if (!metadata.has(key)) return undefined;
  const values = metadata.numbers(key);
  if (values.length >= count) return values;
  throw new TokenizerError("BAD_VOCABULARY", `"${key}" has ${values.length} entries for ${count} tokens`);
}
