import type { Tokenizer } from "../../tokenizer/index.ts";
import type { TokenText } from "../generate.ts";
import { type ToolFamily, marksOf } from "../tool-calls/index.ts";

/** A tokenizer that shows the control tokens of a family's calls as text; others stay hidden. */
export function withShownMarks(tokenizer: Tokenizer, family: ToolFamily): TokenText {
  const shown = new Map<number, string>();
  for (const mark of marksOf(family)) {
    const token = tokenizer.tokenId(mark);
    if (token !== undefined && tokenizer.tokenType(token) === "control") shown.set(token, mark);
  }
  if (shown.size === 0) return tokenizer;
  return {
    isEndOfGeneration: (token) => tokenizer.isEndOfGeneration(token),
    encode: tokenizer.encode.bind(tokenizer),
    endOfGeneration: tokenizer.endOfGeneration,
    pieceBytes: tokenizer.pieceBytes.bind(tokenizer),
    createDecoder(options) {
      const decoder = tokenizer.createDecoder(options);
      return {
        push(token) {
          const mark = shown.get(token);
          return mark === undefined ? decoder.push(token) : decoder.flush() + mark;
        },
        flush: () => decoder.flush(),
      };
    },
  };
}
