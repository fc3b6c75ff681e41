import { InvalidArgumentError } from "../../errors.ts";
import { parsePattern } from "./parse-pattern.ts";
import { type StopInstruction, compile, literal } from "./stop-program.ts";

/** A place in the program, and where the match that it belongs to begins. */
interface Thread {
  readonly at: number;
  readonly start: number;
}

/** What ended a text. */
export interface StopMatch {
  /** The text that matched; it is not emitted. */
  readonly text: string;
  /** Whether one of the patterns matched it, and not one of the strings. */
  readonly isPattern: boolean;
}

/**
 * Lets text through up to the first stop, and holds back what may still turn out to be the beginning of one, so that no
 * part of a stop is ever emitted although it may straddle tokens. The first stop is the one that is complete first; of
 * those complete at the same character, the one that begins first. So what is emitted does not depend on how the text is
 * cut. Every stop is followed at once, in time that grows with the text and the size of the stops only (Pike's machine: R.
 * Cox 2009, "Regular Expression Matching: the Virtual Machine Approach").
 */
export class StopTexts {
  /** The stop that was met; nothing is let through after it. */
  match: StopMatch | undefined;
  private readonly program: StopInstruction[] = [];
  private readonly starts: number[] = [];
  /** From here on instructions are of patterns. */
  private readonly firstPattern: number;
  /** Those under way, of which none begins before the one in front of it. */
  private threads: Thread[] = [];
  /** Text that is not emitted yet, and how many UTF-16 units came before it. */
  private held = "";
  private heldFrom = 0;
  /** How much of what is held was looked at. */
  private lookedAt = 0;
  /** The last character that was looked at; undefined before the first. */
  private previous: number | undefined;
  private readonly visited: Uint32Array;
  private stamp = 0;

  /** @throws InvalidArgumentError for a pattern that matches nothing, is too large, or holds what can't be followed */
  constructor(stops: readonly (string | RegExp)[]) {
    const strings = stops.filter((stop) => typeof stop === "string");
    const patterns = stops.filter((stop) => typeof stop !== "string");
    for (const string of strings) if (string !== "") this.starts.push(compile(literal(string), this.program));
    this.firstPattern = this.program.length;
    for (const pattern of patterns) this.starts.push(compile(parsePattern(pattern), this.program));
    this.visited = new Uint32Array(this.program.length);
    patterns.forEach((pattern, i) => {
      const start = this.starts[this.starts.length - patterns.length + i];
      this.stamp++;
      if (this.follow(start, 0, [])) {
        throw new InvalidArgumentError(`the stop pattern ${String(pattern)} matches a text of no characters`);
      }
    });
  }

  /** The text that can be emitted now that `text` has come. */
  push(text: string): string {
    if (this.match !== undefined) return "";
    if (this.starts.length === 0) return text;
    const lookedAt = this.lookedAt;
    this.held += text;
    for (let at = lookedAt; at < this.held.length;) {
      const character = this.held.codePointAt(at)!;
      // Half of a character waits for the other.
      if (character >= 0xd800 && character < 0xdc00 && at + 1 === this.held.length) break;
      const width = character > 0xffff ? 2 : 1;
      const found = this.step(character, this.heldFrom + at);
      at += width;
      this.lookedAt = at;
      if (found !== undefined) return this.stopAt(found.start - this.heldFrom, at, found.at >= this.firstPattern);
    }
    const keep = this.threads.length > 0 ? this.threads[0].start - this.heldFrom : this.lookedAt;
    return this.emit(keep);
  }

  /** What was held back, once no more text comes. */
  flush(): string {
    return this.match === undefined ? this.emit(this.held.length) : "";
  }

  private emit(length: number): string {
    const text = this.held.slice(0, length);
    this.held = this.held.slice(length);
    this.heldFrom += length;
    this.lookedAt = Math.max(0, this.lookedAt - length);
    return text;
  }

  private stopAt(start: number, end: number, isPattern: boolean): string {
    const text = this.held.slice(0, start);
    this.match = { text: this.held.slice(start, end), isPattern };
    this.held = "";
    return text;
  }

  /** Takes a character that begins at `position`. Returns the thread that is done, if any: of several the first to begin. */
  private step(character: number, position: number): Thread | undefined {
    this.stamp++;
    const threads = this.threads;
    for (const { at } of threads) this.visited[at] = this.stamp;
    for (const start of this.starts) this.follow(start, position, threads);
    const next: Thread[] = [];
    this.stamp++;
    this.previous = character;
    let done: Thread | undefined;
    for (const { at, start } of threads) {
      const instruction = this.program[at];
      if (instruction.kind !== "character" || !instruction.test(character)) continue;
      const match = this.follow(at + 1, start, next);
      if (match && (done === undefined || start < done.start)) done = { at, start };
    }
    this.threads = next;
    return done;
  }

  /**
   * Adds the characters that can come at a place of the program, unless a thread that begins no later is there already.
   * Returns whether a match is complete.
   */
  private follow(place: number, start: number, threads: Thread[]): boolean {
    const pending = [place];
    let done = false;
    while (pending.length > 0) {
      const at = pending.pop()!;
      if (this.visited[at] === this.stamp) continue;
      this.visited[at] = this.stamp;
      const instruction = this.program[at];
      if (instruction.kind === "character") threads.push({ at, start });
      else if (instruction.kind === "match") done = true;
      else if (instruction.kind === "jump") pending.push(instruction.to);
      else if (instruction.kind === "split") pending.push(instruction.second, instruction.first);
      else if (this.previous === undefined || (instruction.eachLine && isLineEnd(this.previous))) pending.push(at + 1);
    }
    return done;
  }
}

/** ECMAScript's line terminators. */
function isLineEnd(character: number): boolean {
  return character === 0x0a || character === 0x0d || character === 0x2028 || character === 0x2029;
}
