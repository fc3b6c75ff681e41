import { InvalidArgumentError } from "../errors.ts";
import type { GenerateOptions } from "./generate-options.ts";
import type { TokenText } from "./generation.ts";
import type { TokenOptions } from "./sample-text.ts";

/** The options with all texts turned to tokens. @throws InvalidArgumentError for a text without tokens */
export function withTokens(options: GenerateOptions, tokenizer: TokenText): TokenOptions {
  const { badWords, drySequenceBreakers, ...rest } = options;
  return {
    ...rest,
    ...(badWords !== undefined && { badWords: sequencesOf(badWords, tokenizer, "badWords") }),
    ...(drySequenceBreakers !== undefined && {
      drySequenceBreakers: sequencesOf(drySequenceBreakers, tokenizer, "drySequenceBreakers"),
    }),
  };
}

function sequencesOf(texts: readonly (string | readonly number[])[], tokenizer: TokenText, option: string): number[][] {
  const sequences = new Map<string, number[]>();
  for (const text of texts) {
    for (const tokens of typeof text === "string" ? spellings(text, tokenizer, option) : [[...text]]) {
      sequences.set(tokens.join(), tokens);
    }
  }
  return [...sequences.values()];
}

/** A text's tokens at the beginning of a text, and after a space. */
function spellings(text: string, tokenizer: TokenText, option: string): number[][] {
  if (tokenizer.encode === undefined) {
    throw new InvalidArgumentError(
      `${option} can't be texts here, since the model's vocabulary can't be used: give tokens`,
    );
  }
  if (text === "") throw new InvalidArgumentError(`${option} can't hold an empty text`);
  const encode = (spelling: string) => [...tokenizer.encode!(spelling, { addSpecial: false })];
  return text.startsWith(" ") ? [encode(text)] : [encode(text), encode(` ${text}`)];
}
