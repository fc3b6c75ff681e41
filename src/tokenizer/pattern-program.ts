/**
 * A pattern as a non-deterministic automaton (K. Thompson, "Regular expression search algorithm", 1968) over classes
 * of code points: two code points that no set in the pattern tells apart are one class.
 */
import type { PatternNode } from "./pattern-parser.ts";
import type { CodePointRanges } from "./unicode.ts";

export type Instruction =
  | { kind: "set"; set: number }
  | { kind: "next"; set: number; negated: boolean }
  | { kind: "split"; first: number; second: number }
  | { kind: "jump"; to: number }
  | { kind: "match" };

export interface PatternProgram {
  instructions: Instruction[];
  /** What the instructions' set numbers stand for. */
  sets: CodePointRanges[];
}

/** Alternatives and repetitions list the preferred branch first, so the first match is the one Perl would find. */
export function compileProgram(node: PatternNode): PatternProgram {
  const instructions: Instruction[] = [];
  const sets: CodePointRanges[] = [];
  const numbers = new Map<string, number>();

  function setNumber(set: CodePointRanges): number {
    const key = set.join();
    let number = numbers.get(key);
    if (number === undefined) {
      numbers.set(key, (number = sets.length));
      sets.push(set);
    }
    return number;
  }

  /** Emits a split whose second branch is filled in later. */
  function split(): { first: number; second: number; kind: "split" } {
    const instruction = { kind: "split" as const, first: instructions.length + 1, second: -1 };
    instructions.push(instruction);
    return instruction;
  }

  function emit(node: PatternNode): void {
    switch (node.kind) {
      case "set":
        instructions.push({ kind: "set", set: setNumber(node.set) });
        return;
      case "next":
        instructions.push({ kind: "next", set: setNumber(node.set), negated: node.negated });
        return;
      case "sequence":
        node.items.forEach(emit);
        return;
      case "choice":
        emitChoice(node.items);
        return;
      case "repeat":
        emitRepeat(node.item, node.min, node.max);
    }
  }

  function emitChoice(items: PatternNode[]): void {
    const jumps: { kind: "jump"; to: number }[] = [];
    items.forEach((item, i) => {
      if (i === items.length - 1) {
        emit(item);
        return;
      }
      const branch = split();
      emit(item);
      const jump = { kind: "jump" as const, to: -1 };
      instructions.push(jump);
      jumps.push(jump);
      branch.second = instructions.length;
    });
    for (const jump of jumps) jump.to = instructions.length;
  }

  function emitRepeat(item: PatternNode, min: number, max: number): void {
    for (let i = 0; i < min; i++) emit(item);
    if (max === Infinity) {
      const start = instructions.length;
      const branch = split();
      emit(item);
      instructions.push({ kind: "jump", to: start });
      branch.second = instructions.length;
      return;
    }
    const branches = [];
    for (let i = min; i < max; i++) {
      branches.push(split());
      emit(item);
    }
    for (const branch of branches) branch.second = instructions.length;
  }

  emit(node);
  instructions.push({ kind: "match" });
  return { instructions, sets };
}
