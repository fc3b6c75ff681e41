/** Cuts a text into the words that merges stay within. */
import { Pattern } from "./pattern.ts";
import type { PatternFamily, SplitStep } from "./pre-tokenizer-patterns.ts";
import { patternFamilies } from "./pre-tokenizer-patterns.ts";

/** Receives a piece: UTF-16 offsets, end exclusive, never empty. */
export type Emit = (start: number, end: number) => void;

/** Cuts `text` from `start` to `end`, from left to right, leaving nothing out. */
export type Splitter = (text: string, start: number, end: number, emit: Emit) => void;

const cache = new Map<PatternFamily, Splitter>();

/** The splitter of a family of vocabularies; compiled on first use, then shared. */
export function wordSplitter(family: PatternFamily): Splitter {
  let splitter = cache.get(family);
  if (splitter === undefined) {
    const steps: readonly SplitStep[] = patternFamilies[family];
    splitter = steps.map(stepSplitter).reduceRight((inner, outer) => chain(outer, inner));
    cache.set(family, splitter);
  }
  return splitter;
}

function chain(outer: Splitter, inner: Splitter): Splitter {
  return (text, start, end, emit) => outer(text, start, end, (from, to) => inner(text, from, to, emit));
}

function stepSplitter(step: SplitStep): Splitter {
  if (typeof step === "string") return patternSplitter(new Pattern(step));
  switch (step.rule) {
    case "digitGroups":
      return digitGroups();
    case "digitsFromRight":
      return digitsFromRight;
    case "trailingSpace":
      return trailingSpace();
  }
}

/** Matches and what is between them, in order. */
function patternSplitter(pattern: Pattern): Splitter {
  return (text, start, end, emit) => {
    let at = start;
    while (at < end) {
      const matchEnd = pattern.find(text, at, end);
      if (matchEnd < 0) break;
      if (pattern.matchStart > at) emit(at, pattern.matchStart);
      emit(pattern.matchStart, matchEnd);
      at = matchEnd;
    }
    if (at < end) emit(at, end);
  };
}

/** Where each run of characters that match `pattern` (runs of one class) begins and ends. */
function forEachRun(pattern: Pattern, text: string, start: number, end: number, visit: Emit): void {
  for (let at = start; at < end;) {
    const runEnd = pattern.find(text, at, end);
    if (runEnd < 0) return;
    visit(pattern.matchStart, runEnd);
    at = runEnd;
  }
}

/**
 * Numbers in groups of three from their right end. What stands before a number goes with its first group, as in
 * llama.cpp 0c1e570, unicode.cpp, `unicode_regex_split_custom_afmoe`; later steps part them.
 */
function digitGroups(): Splitter {
  const numbers = new Pattern(String.raw`\p{N}+`);
  return (text, start, end, emit) => {
    let from = start;
    forEachRun(numbers, text, start, end, (runStart, runEnd) => {
      const offsets = codePointOffsets(text, runStart, runEnd);
      for (let i = (offsets.length - 1) % 3 || 3; i < offsets.length; i += 3) {
        emit(from, offsets[i]);
        from = offsets[i]!;
      }
    });
    if (from < end) emit(from, end);
  };
}

/** Where each code point begins, and the end. */
function codePointOffsets(text: string, start: number, end: number): number[] {
  const offsets = [start];
  for (let at = start; at < end;) offsets.push((at += text.codePointAt(at)! > 0xffff ? 2 : 1));
  return offsets;
}

/** Cuts before every third ASCII digit, counted from the right end of a run: `(?=(\d{3})+(?!\d))`. */
const digitsFromRight: Splitter = (text, start, end, emit) => {
  let from = start;
  for (let at = start; at < end; at++) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let runEnd = at + 1;
    while (runEnd < end && isDigit(text.charCodeAt(runEnd))) runEnd++;
    for (let cut = runEnd - 3 * Math.floor((runEnd - at) / 3); cut < runEnd; cut += 3) {
      if (cut > from) emit(from, cut);
      from = cut;
    }
    at = runEnd;
  }
  if (from < end) emit(from, end);
};

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** White space at the end of the piece: `\s+$`, looked for from the end, so that it takes linear time. */
function trailingSpace(): Splitter {
  const spaces = new Pattern(String.raw`\s`);
  return (text, start, end, emit) => {
    let cut = end; // No white space lies beyond U+FFFF, so single UTF-16 units are enough.
    while (cut > start && spaces.find(text, cut - 1, cut) > 0) cut--;
    if (cut > start) emit(start, cut);
    if (cut < end) emit(cut, end);
  };
}
