/** BOS, EOS and the other tokens with a role. Source: llama.cpp 0c1e570, llama-vocab.cpp, `llama_vocab::impl::load`. */
import type { TokenizerMetadata } from "./metadata.ts";
import {
  alwaysRenderedTexts,
  endOfGenerationTexts,
  endOfMessageTexts,
  endOfTurnTexts,
  fillInTheMiddle,
} from "./special-texts.ts";
import { attribute } from "./token-attributes.ts";
import type { Vocabulary } from "./vocabulary.ts";

export interface SpecialTokens {
  bos: number | undefined;
  eos: number | undefined;
  /** End of a turn in a conversation. */
  eot: number | undefined;
  /** End of a message that a tool is to answer. */
  eom: number | undefined;
  unknown: number | undefined;
  separator: number | undefined;
  endOfGeneration: Set<number>;
}

/** Ids that a kind of vocabulary has where its metadata name none. */
export interface DefaultIds {
  bos?: number;
  eos?: number;
  unknown?: number;
  separator?: number;
}

/** Finds the tokens with a role, and marks those known by their text as control tokens in `vocabulary.attributes`. */
export function findSpecialTokens(
  metadata: TokenizerMetadata,
  vocabulary: Vocabulary,
  defaults: DefaultIds,
): SpecialTokens {
  const { texts, attributes, ids } = vocabulary;

  const named = (key: string, missing?: number): number | undefined => {
    const usual = missing !== undefined && missing < texts.length ? missing : undefined;
    if (!metadata.has(`tokenizer.ggml.${key}`)) return usual;
    const id = metadata.number(`tokenizer.ggml.${key}`);
    return id >= 0 && id < texts.length ? id : usual;
  };
  const markControl = (id: number): number => {
    attributes[id] |= attribute.control;
    return id;
  };
  const byText = (candidates: string[]): number | undefined => {
    const text = candidates.find((candidate) => ids.has(candidate));
    return text === undefined ? undefined : markControl(ids.get(text)!);
  };

  const bos = named("bos_token_id", defaults.bos);
  const eos = named("eos_token_id", defaults.eos);
  const eot = named("eot_token_id") ?? byText(endOfTurnTexts);
  const eom = named("eom_token_id") ?? byText(endOfMessageTexts);
  const endOfGeneration = new Set<number>();
  for (const { keys, texts: candidates, endsGeneration } of fillInTheMiddle) {
    const id = keys.map((key) => named(key)).findLast((found) => found !== undefined) ?? byText(candidates);
    if (id !== undefined && endsGeneration) endOfGeneration.add(id);
  }

  texts.forEach((text, id) => {
    if (attributes[id] & attribute.control && text.includes("unused")) attributes[id] |= attribute.unused;
  });
  for (const text of endOfGenerationTexts) {
    const id = ids.get(text);
    if (id !== undefined) endOfGeneration.add(markControl(id));
  }
  for (const text of alwaysRenderedTexts) {
    const id = ids.get(text);
    if (id !== undefined) attributes[id] = attribute.userDefined;
  }
  for (const id of [eos, eot, eom]) if (id !== undefined) endOfGeneration.add(id);

  // Within these vocabularies the text means something else.
  const ends = (text: string): boolean => endOfGeneration.has(ids.get(text) ?? -1);
  const calls = ends("<|call|>") || ends("<|calls|>");
  if (calls && (ends("<|return|>") || ends("<|flush|>")) && ends("<|end|>")) {
    endOfGeneration.delete(ids.get("<|end|>")!);
    attributes[ids.get("<|end|>")!] = attribute.userDefined;
  }
  if ((ends("<|tool_response>") || ends("<|plamo:eos|>")) && ends("</s>")) {
    endOfGeneration.delete(ids.get("</s>")!);
    attributes[ids.get("</s>")!] = attribute.normal;
  }

  const unknown = named("unknown_token_id", defaults.unknown);
  const separator = named("seperator_token_id", defaults.separator);
  return { bos, eos, eot, eom, unknown, separator, endOfGeneration };
}

/**
 * Marks the tokens that swallow the white space beside them. GGUF files don't say which do, so llama.cpp goes by names;
 * only phi-3's matter among the vocabularies here.
 */
export function markStripping(metadata: TokenizerMetadata, vocabulary: Vocabulary, special: readonly number[]): void {
  const { attributes, ids } = vocabulary;
  const set = (id: number | undefined, bits: number): void => {
    if (id !== undefined) attributes[id] |= bits;
  };
  const pre = metadata.string("tokenizer.ggml.pre", "");
  const architecture = metadata.string("general.architecture", "");
  const name = metadata.string("general.name", "").toLowerCase();
  const includesAny = (text: string, parts: string[]): boolean => parts.some((part) => text.includes(part));

  if (
    includesAny(pre, ["jina-v2-de", "jina-v2-es", "jina-v2-code"]) ||
    includesAny(architecture, ["nomic-bert-moe", "jina-bert-v3"])
  ) {
    set(ids.get("<mask>"), attribute.stripLeft);
  } else if (includesAny(name, ["phi-3", "phi3"])) {
    for (const id of special) set(id, attribute.stripRight);
    set(ids.get("</s>"), attribute.stripRight);
    for (const text of ["<unk>", "<s>", "<|endoftext|>"]) {
      const id = ids.get(text);
      if (id !== undefined) attributes[id] &= ~attribute.stripRight;
    }
  } else if (name.includes("modern-bert")) {
    set(ids.get("[MASK]"), attribute.stripLeft);
  }
}
