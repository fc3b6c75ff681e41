import type { TokenBytes } from "../../sampling/index.ts";
import type { Tokenizer } from "../../tokenizer/index.ts";
import type { TokenText } from "../generate.ts";
import { type ToolFamily, marksOf } from "../tool-calls/index.ts";

/**
 * A tokenizer that shows the control tokens of a family's calls as text; others stay hidden. What a text may be is still
 * told by the tokenizer's own bytes and types: marks are no part of JSON.
 */
export function withShownMarks(tokenizer: Tokenizer, family: ToolFamily): TokenText {
  return onceFor(shownMarks, tokenizer, marksOf(family), showMarks);
}

/** The vocabulary with such control tokens as text, for a constraint that these marks are part of. */
export function withWrittenMarks(tokenizer: Tokenizer, marks: readonly string[]): TokenBytes {
  return onceFor(writtenMarks, tokenizer, marks, writeMarks);
}

/** By tokenizer and marks. What a constraint learns of a vocabulary is kept as long as it is the same object. */
type Known<T> = WeakMap<Tokenizer, Map<string, T>>;
const shownMarks: Known<TokenText> = new WeakMap();
const writtenMarks: Known<TokenBytes> = new WeakMap();

function onceFor<T>(
  known: Known<T>,
  tokenizer: Tokenizer,
  marks: readonly string[],
  make: (tokenizer: Tokenizer, marks: readonly string[]) => T,
): T {
  let byMarks = known.get(tokenizer);
  if (byMarks === undefined) known.set(tokenizer, (byMarks = new Map<string, T>()));
  const key = marks.join("\n");
  let found = byMarks.get(key);
  if (found === undefined) byMarks.set(key, (found = make(tokenizer, marks)));
  return found;
}

function showMarks(tokenizer: Tokenizer, marks: readonly string[]): TokenText {
  const shown = controlTokens(tokenizer, marks);
  if (shown.size === 0) return tokenizer;
  return {
    isEndOfGeneration: (token) => tokenizer.isEndOfGeneration(token),
    encode: tokenizer.encode.bind(tokenizer),
    endOfGeneration: tokenizer.endOfGeneration,
    pieceBytes: tokenizer.pieceBytes.bind(tokenizer),
    tokenType: tokenizer.tokenType.bind(tokenizer),
    vocabularySize: tokenizer.vocabularySize,
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

function writeMarks(tokenizer: Tokenizer, marks: readonly string[]): TokenBytes {
  const written = controlTokens(tokenizer, marks);
  if (written.size === 0) return tokenizer;
  const bytes = new Map([...written].map(([token, mark]) => [token, encoder.encode(mark)]));
  return {
    vocabularySize: tokenizer.vocabularySize,
    isEndOfGeneration: (token) => tokenizer.isEndOfGeneration(token),
    tokenType: (token) => (written.has(token) ? "user-defined" : tokenizer.tokenType(token)),
    pieceBytes: (token) => bytes.get(token) ?? tokenizer.pieceBytes(token),
  };
}

const encoder = new TextEncoder();

function controlTokens(tokenizer: Tokenizer, marks: readonly string[]): Map<number, string> {
  const found = new Map<number, string>();
  for (const mark of marks) {
    const token = tokenizer.tokenId(mark);
    if (token !== undefined && tokenizer.tokenType(token) === "control") found.set(token, mark);
  }
  return found;
}
