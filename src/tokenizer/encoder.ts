import type { IntList } from "./int-list.ts";

/** The part of a tokenizer that knows its kind of vocabulary: text without special tokens → tokens. */
export interface Encoder {
  /**
   * Appends the tokens of `text` from `start` to `end` (well-formed UTF-16) to `output`. `first` says whether the text
   * begins a sequence or follows a special token; some vocabularies put a space there.
   */
  encode(text: string, start: number, end: number, first: boolean, output: IntList): void;
}
