import { InvalidArgumentError } from "../../errors.ts";
import type { PatternNode } from "./parse-pattern.ts";

/**
 * A step of an automaton without a fixed state (Thompson 1968, "Regular Expression Search Algorithm"): take a character, go
 * on at two places, at another, only at the beginning of the text or a line, or be done.
 */
export type StopInstruction =
  | { readonly kind: "character"; readonly test: (codePoint: number) => boolean }
  | { readonly kind: "split"; first: number; second: number }
  | { readonly kind: "jump"; to: number }
  | { readonly kind: "start"; readonly eachLine: boolean }
  | { readonly kind: "match" };

/** More instructions than this would take too long for each character. */
const mostInstructions = 5000;

/** Adds a pattern to a program. Returns where it begins. @throws InvalidArgumentError for one that is too large */
export function compile(node: PatternNode, program: StopInstruction[]): number {
  const start = program.length;
  emit(node, program);
  program.push({ kind: "match" });
  return start;
}

/** The tree of a plain text. */
export function literal(text: string): PatternNode {
  const items = Array.from(text, (character): PatternNode => {
    const expected = character.codePointAt(0);
    return { kind: "character", test: (codePoint) => codePoint === expected };
  });
  return { kind: "sequence", items };
}

function emit(node: PatternNode, program: StopInstruction[]): void {
  if (program.length > mostInstructions) {
    throw new InvalidArgumentError(`stop patterns are too large: together they take over ${mostInstructions} steps`);
  }
  switch (node.kind) {
    case "character":
    case "start":
      program.push(node);
      break;
    case "sequence":
      for (const item of node.items) emit(item, program);
      break;
    case "choice":
      emitChoice(node.items, program);
      break;
    case "repeat":
      for (let i = 0; i < node.least; i++) emit(node.item, program);
      if (node.most === Infinity) emitLoop(node.item, program);
      else emitOptional(node.item, node.most - node.least, program);
  }
}

function emitChoice([first, ...others]: readonly PatternNode[], program: StopInstruction[]): void {
  if (others.length === 0) {
    emit(first, program);
    return;
  }
  const split = push(program, { kind: "split", first: program.length + 1, second: 0 });
  emit(first, program);
  const jump = push(program, { kind: "jump", to: 0 });
  split.second = program.length;
  emitChoice(others, program);
  jump.to = program.length;
}

function emitLoop(item: PatternNode, program: StopInstruction[]): void {
  const start = program.length;
  const split = push(program, { kind: "split", first: start + 1, second: 0 });
  emit(item, program);
  program.push({ kind: "jump", to: start });
  split.second = program.length;
}

function emitOptional(item: PatternNode, times: number, program: StopInstruction[]): void {
  const splits = [];
  for (let i = 0; i < times; i++) {
    splits.push(push(program, { kind: "split", first: program.length + 1, second: 0 }));
    emit(item, program);
  }
  for (const split of splits) split.second = program.length;
}

function push<T extends StopInstruction>(program: StopInstruction[], instruction: T): T {
  program.push(instruction);
  return instruction;
}
