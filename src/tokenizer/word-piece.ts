/**
 * BERT's vocabularies (`tokenizer.ggml.model` = "bert"): each word is cut into the longest tokens, from left to right; a
 * word with a part that is none is unknown. Source: llama.cpp 0c1e570, llama-vocab.cpp, `llm_tokenizer_wpm_session`.
 */
import type { Encoder } from "./encoder.ts";
import type { IntList } from "./int-list.ts";
import { visibleSpace } from "./pieces.ts";
import { categoryOf, isWhitespace, toLowerCase, withoutAccents } from "./unicode.ts";
import type { Vocabulary } from "./vocabulary.ts";

export interface WordPieceOptions {
  lowerCase: boolean;
  stripAccents: boolean;
}

export class WordPieceEncoder implements Encoder {
  readonly #vocabulary: Vocabulary;
  readonly #unknown: number | undefined;
  readonly #options: WordPieceOptions;
  /** Of the tokens, in UTF-16 units. */
  readonly #longest: number;

  constructor(vocabulary: Vocabulary, unknown: number | undefined, options: WordPieceOptions) {
    this.#vocabulary = vocabulary;
    this.#unknown = unknown;
    this.#options = options;
    this.#longest = vocabulary.texts.reduce((longest, text) => Math.max(longest, text.length), 0);
  }

  encode(text: string, start: number, end: number, _first: boolean, output: IntList): void {
    let word = "";
    const flush = (): void => {
      if (word !== "") this.#encodeWord(visibleSpace + word, output);
      word = "";
    };
    for (const character of text.slice(start, end)) {
      const original = character.codePointAt(0)!;
      const point = this.#options.stripAccents ? withoutAccents(original) : original;
      const category = categoryOf(point);
      if (isWhitespace(point)) {
        flush();
      } else if (point !== 0 && point !== 0xfffd && category !== "C") {
        if (this.#options.stripAccents && category === "M") continue;
        const written = String.fromCodePoint(this.#options.lowerCase ? toLowerCase(point) : point);
        const alone = category === "P" || (category === "S" && point < 0x7f) || isIdeograph(point);
        if (alone) flush();
        word += written;
        if (alone) flush();
      }
    }
    flush();
  }

  #encodeWord(word: string, output: IntList): void {
    const count = output.length;
    for (let at = 0; at < word.length;) {
      let end = Math.min(word.length, at + this.#longest);
      let token: number | undefined;
      while (end > at && (token = this.#vocabulary.ids.get(word.slice(at, end))) === undefined) end--;
      if (token === undefined) {
        output.length = count;
        break;
      }
      output.push(token);
      at = end;
    }
    if (output.length === count && this.#unknown !== undefined) output.push(this.#unknown);
  }
}

/** Chinese characters stand alone. The gap after U+2B81F is that of Hugging Face's tokenizers. */
function isIdeograph(point: number): boolean {
  return (
    (point >= 0x4e00 && point <= 0x9fff) ||
    (point >= 0x3400 && point <= 0x4dbf) ||
    (point >= 0x20000 && point <= 0x2a6df) ||
    (point >= 0x2a700 && point <= 0x2b81f) ||
    (point >= 0x2b920 && point <= 0x2ceaf) ||
    (point >= 0xf900 && point <= 0xfaff) ||
    (point >= 0x2f800 && point <= 0x2fa1f)
  );
}
