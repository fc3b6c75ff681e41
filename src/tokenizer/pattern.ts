/**
 * A compiled pattern: a deterministic automaton, built state by state as texts need it, that finds the match that a
 * backtracking engine would prefer, in one pass and without a stack. See R. Cox, "Regular Expression Matching in the
 * Wild" (2010) for ordered states; the look at the next character is done by deciding one character late.
 */
import type { CodePointClasses } from "./pattern-classes.ts";
import { classify } from "./pattern-classes.ts";
import { parsePattern } from "./pattern-parser.ts";
import type { Instruction } from "./pattern-program.ts";
import { compileProgram } from "./pattern-program.ts";

const dead = 0;
const unknown = -1;

export class Pattern {
  /** Where the last match that `find` found begins. */
  matchStart = 0;

  readonly #classes: CodePointClasses;
  readonly #instructions: Instruction[];
  /** The class that stands for the end of the text. */
  readonly #endClass: number;
  readonly #stride: number;
  /** next[state * stride + class] = following state * 2 + (1 where the text before this character is a match). */
  #next: Int32Array;
  /** The instructions a state waits at, the preferred first. */
  readonly #threads: number[][] = [[], [0]];
  readonly #states = new Map<string, number>([
    ["", dead],
    ["0", 1],
  ]);
  readonly #seen: Int32Array;
  #stamp = 0;

  constructor(source: string) {
    const program = compileProgram(parsePattern(source));
    this.#instructions = program.instructions;
    this.#classes = classify(program.sets);
    this.#endClass = this.#classes.count;
    this.#stride = this.#classes.count + 1;
    this.#next = new Int32Array(64 * this.#stride).fill(unknown);
    this.#seen = new Int32Array(program.instructions.length);
  }

  /**
   * The first match that begins at `start` or later, seeing nothing of the text outside `start` … `end` (UTF-16
   * offsets, not inside a surrogate pair). Returns where it ends and leaves its beginning in `matchStart`; −1: none.
   */
  find(text: string, start: number, end: number): number {
    const { bmp, pageStart, pages } = this.#classes;
    const stride = this.#stride;
    let next = this.#next;
    for (let begin = start; begin < end;) {
      let state = 1;
      let matchEnd = -1;
      let firstWidth = 1;
      for (let at = begin; ;) {
        let width = 1;
        let symbol = this.#endClass;
        if (at < end) {
          const unit = text.charCodeAt(at);
          if ((unit & 0xf800) === 0xd800 && at + 1 < end) {
            const astral = ((unit & 0x3ff) << 10) | (text.charCodeAt(at + 1) & 0x3ff);
            symbol = pages[pageStart[astral >> 8] + (astral & 0xff)]!;
            width = 2;
          } else {
            symbol = bmp[unit]!;
          }
        }
        if (at === begin) firstWidth = width;
        let step = next[state * stride + symbol];
        if (step < 0) {
          step = this.#step(state, symbol);
          next = this.#next;
        }
        if ((step & 1) !== 0) matchEnd = at;
        state = step >> 1;
        if (state === dead || at >= end) break;
        at += width;
      }
      if (matchEnd > begin) {
        this.matchStart = begin;
        return matchEnd;
      }
      begin += firstWidth;
    }
    return -1;
  }

  /** Follows every thread of a state over one character (or the end), in order of preference. */
  #step(state: number, symbol: number): number {
    const followers: number[] = [];
    const stamp = ++this.#stamp;
    const pending: number[] = [];
    let matched = 0;
    for (const thread of this.#threads[state]) {
      pending.push(thread);
      while (pending.length > 0) {
        const at = pending.pop()!;
        if (this.#seen[at] === stamp) continue;
        this.#seen[at] = stamp;
        const instruction = this.#instructions[at];
        switch (instruction.kind) {
          case "set":
            if (this.#holds(instruction.set, symbol)) followers.push(at + 1);
            break;
          case "next":
            if (this.#holds(instruction.set, symbol) !== instruction.negated) pending.push(at + 1);
            break;
          case "split":
            pending.push(instruction.second, instruction.first);
            break;
          case "jump":
            pending.push(instruction.to);
            break;
          case "match":
            matched = 1;
            pending.length = 0;
        }
      }
      if (matched === 1) break; // What the remaining threads could find is less preferred.
    }
    const step = this.#stateOf(followers) * 2 + matched;
    this.#next[state * this.#stride + symbol] = step;
    return step;
  }

  #holds(set: number, symbol: number): boolean {
    return symbol !== this.#endClass && this.#classes.contains[set][symbol] === 1;
  }

  #stateOf(threads: number[]): number {
    const distinct = Array.from(new Set(threads));
    const key = distinct.join();
    let state = this.#states.get(key);
    if (state === undefined) {
      state = this.#threads.length;
      this.#states.set(key, state);
      this.#threads.push(distinct);
      if ((state + 1) * this.#stride > this.#next.length) {
        const larger = new Int32Array(this.#next.length * 2).fill(unknown);
        larger.set(this.#next);
        this.#next = larger;
      }
    }
    return state;
  }
}
