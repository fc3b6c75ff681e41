/**
 * The subset of regular expressions that pre-tokenizers are written in: literals, classes, `\p{…}`, `\s`, `\S`, `\d`,
 * groups, alternatives, greedy quantifiers, and a look at the one character that follows: `(?=class)`, `(?!class)`.
 */
import { complement, hanRanges, literalRange, union } from "./code-point-set.ts";
import type { Category, CodePointRanges } from "./unicode.ts";
import { categoryRanges, whitespaceRanges } from "./unicode.ts";

export type PatternNode =
  | { kind: "set"; set: CodePointRanges }
  | { kind: "next"; set: CodePointRanges; negated: boolean }
  | { kind: "sequence" | "choice"; items: PatternNode[] }
  | { kind: "repeat"; item: PatternNode; min: number; max: number };

/** `\p{…}`. llama.cpp takes \p{Lu}, \p{Ll} and the other kinds of letters for \p{L}. */
function property(name: string): CodePointRanges {
  if (name === "Han") return hanRanges;
  return categoryRanges((/^L[ultmo]$/.test(name) ? "L" : name) as Category);
}

/** @throws SyntaxError for what is outside the subset (patterns are part of the source, so this is a bug). */
export function parsePattern(source: string): PatternNode {
  const characters = Array.from(source);
  let at = 0;

  const take = (expected: string): boolean => {
    for (let i = 0; i < expected.length; i++) if (characters[at + i] !== expected[i]) return false;
    at += expected.length;
    return true;
  };

  function choice(): PatternNode {
    const items = [sequence()];
    while (take("|")) items.push(sequence());
    return items.length === 1 ? items[0] : { kind: "choice", items };
  }

  function sequence(): PatternNode {
    const items: PatternNode[] = [];
    while (at < characters.length && characters[at] !== "|" && characters[at] !== ")") items.push(quantified(atom()));
    return { kind: "sequence", items };
  }

  function quantified(item: PatternNode): PatternNode {
    if (take("*")) return { kind: "repeat", item, min: 0, max: Infinity };
    if (take("+")) return { kind: "repeat", item, min: 1, max: Infinity };
    if (take("?")) return { kind: "repeat", item, min: 0, max: 1 };
    if (!take("{")) return item;
    const close = characters.indexOf("}", at);
    const bounds = characters.slice(at, close).join("").split(",").map(Number);
    at = close + 1;
    return { kind: "repeat", item, min: bounds[0], max: bounds[bounds.length - 1] };
  }

  function atom(): PatternNode {
    for (const negated of [false, true]) {
      if (!take(negated ? "(?!" : "(?=")) continue;
      const node = atom();
      if (node.kind !== "set" || !take(")")) throw new SyntaxError(`one class expected at ${at} of ${source}`);
      return { kind: "next", set: node.set, negated };
    }
    if (take("(?:") || take("(")) {
      const node = choice();
      if (!take(")")) throw new SyntaxError(`")" expected at ${at} of ${source}`);
      return node;
    }
    if (take("[")) return { kind: "set", set: bracket() };
    return { kind: "set", set: character().set };
  }

  /** One character or class escape; `code` where it is a single character, which can begin or end a range. */
  function character(): { set: CodePointRanges; code?: number } {
    const first = characters[at++];
    if (first !== "\\") return single(first.codePointAt(0)!);
    const escaped = characters[at++];
    switch (escaped) {
      case "p": {
        const close = characters.indexOf("}", at);
        const name = characters.slice(at + 1, close).join("");
        at = close + 1;
        return { set: property(name) };
      }
      case "s":
        return { set: union(whitespaceRanges) };
      case "S":
        return { set: complement(union(whitespaceRanges)) };
      case "d":
        return { set: [0x30, 0x39] };
      case "r":
        return single(0x0d);
      case "n":
        return single(0x0a);
      case "t":
        return single(0x09);
      default:
        return single(escaped.codePointAt(0)!);
    }
  }

  function bracket(): CodePointRanges {
    const negated = take("^");
    const runs: number[] = [];
    while (!take("]")) {
      const { set, code } = character();
      if (code !== undefined && characters[at] === "-" && characters[at + 1] !== "]") {
        at++;
        runs.push(...literalRange(code, character().code!));
      } else {
        runs.push(...set);
      }
    }
    const set = union(runs);
    return negated ? complement(set) : set;
  }

  const node = choice();
  if (at < characters.length) throw new SyntaxError(`unexpected "${characters[at]}" at ${at} of ${source}`);
  return node;
}

function single(code: number): { set: CodePointRanges; code: number } {
  return { set: literalRange(code, code), code };
}
