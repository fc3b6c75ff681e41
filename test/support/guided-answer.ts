import { type Random, createRandom, createSampler } from "../../src/sampling/index.ts";
import type { TextGuide } from "../../src/sampling/index.ts";
import type { Tokenizer } from "../../src/tokenizer/index.ts";

/** A text that a model is made to write, as far as it may, or so many tokens of its own. */
export type AnswerPart = string | number;

/**
 * Tokens as a model of random logits writes them under a guide, between texts that it is made to write in random tokens;
 * those that the guide does not allow it does not write.
 */
export function guidedAnswer(
  tokenizer: Tokenizer,
  guide: TextGuide | undefined,
  parts: readonly AnswerPart[],
  seed: number,
): number[] {
  const random = createRandom(seed);
  const sampler = createSampler({ temperature: 1, topK: 0, topP: 1, minP: 0, seed }, { constraint: guide });
  const tokens: number[] = [];
  const isWhole = () => guide?.isComplete === true || tokenizer.isEndOfGeneration(tokens.at(-1) ?? -1);
  for (const part of parts) {
    if (typeof part === "number") {
      for (let i = 0; i < part && !isWhole(); i++)
        tokens.push(sampler.sample(logitsOf(tokenizer, random), tokens).token);
      continue;
    }
    for (const token of randomTokens(tokenizer, part, random)) {
      const mask = guide?.mask();
      if (isWhole() || (mask !== undefined && ((mask[token >> 5] >>> (token & 31)) & 1) === 0)) break;
      guide?.accept(token);
      tokens.push(token);
    }
  }
  return tokens;
}

/** The text of tokens with its marks. */
export function textOf(decoder: ReturnType<Tokenizer["createDecoder"]>, tokens: readonly number[]): string {
  return tokens.map((token) => decoder.push(token)).join("") + decoder.flush();
}

/** Here and there one token is far likelier than the rest. */
function logitsOf(tokenizer: Tokenizer, random: Random): Float32Array {
  const logits = Float32Array.from({ length: tokenizer.vocabularySize }, () => 2 * random());
  for (let i = 0; i < 5; i++) logits[Math.floor(random() * logits.length)] += 6 * random();
  return logits;
}

/** One of the ways to write a text in tokens: at each place, any token that goes on with it. */
function randomTokens(tokenizer: Tokenizer, text: string, random: Random): number[] {
  const bytes = new TextEncoder().encode(text);
  const tokens: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const fitting = Array.from({ length: tokenizer.vocabularySize }, (_, token) => token).filter((token) => {
      const piece = pieceOf(tokenizer, token);
      return piece.length > 0 && piece.every((byte, i) => byte === bytes[at + i]);
    });
    const token = fitting[Math.floor(random() * fitting.length)];
    tokens.push(token);
    at += pieceOf(tokenizer, token).length;
  }
  return tokens;
}

/** Marks that are control tokens have text too. */
function pieceOf(tokenizer: Tokenizer, token: number): Uint8Array {
  if (tokenizer.isEndOfGeneration(token)) return new Uint8Array(0);
  const bytes = tokenizer.pieceBytes(token);
  return bytes.length > 0 ? bytes : new TextEncoder().encode(tokenizer.tokenText(token));
}
