/** ECMAScript regular expressions, read into a tree. See ECMA-262, §22.2.1. */
import { type CodePointRanges, complement, union } from "./code-points.ts";
import { dot, escapedClass, propertyClass } from "./regex-classes.ts";

export type RegexTree =
  | { readonly kind: "set"; readonly set: CodePointRanges }
  | { readonly kind: "sequence" | "choice"; readonly items: readonly RegexTree[] }
  | { readonly kind: "repeat"; readonly item: RegexTree; readonly min: number; readonly max: number }
  | { readonly kind: "start" | "end" }
  | { readonly kind: "look"; readonly item: RegexTree; readonly negated: boolean };

/** What is a regular expression, but not one that a finite automaton can follow exactly. */
export class UnsupportedSyntax extends Error {}

const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, "0": 0 };

/** @throws SyntaxError for what is none; UnsupportedSyntax */
export function parseRegex(source: string): RegexTree {
  checkSyntax(source);
  const text = Array.from(source);
  let at = 0;

  const take = (expected: string): boolean => {
    if (text.slice(at, at + expected.length).join("") !== expected) return false;
    at += expected.length;
    return true;
  };
  /** Matches the rest, as far as it is ASCII; takes what matched. */
  const takeMatch = (pattern: RegExp): RegExpExecArray | undefined => {
    const match = pattern.exec(text.slice(at, at + 40).join(""));
    if (match === null) return undefined;
    at += Array.from(match[0]).length;
    return match;
  };

  function choice(): RegexTree {
    const items = [sequence()];
    while (take("|")) items.push(sequence());
    return items.length === 1 ? items[0] : { kind: "choice", items };
  }

  function sequence(): RegexTree {
    const items: RegexTree[] = [];
    while (at < text.length && text[at] !== "|" && text[at] !== ")") items.push(quantified(atom()));
    return { kind: "sequence", items };
  }

  function quantified(item: RegexTree): RegexTree {
    const match = takeMatch(/^(?:([*+?])|\{(\d+)(,(\d*))?\})\??/);
    if (match === undefined) return item;
    const [, sign, least, comma, most] = match as readonly (string | undefined)[];
    if (sign !== undefined)
      return { kind: "repeat", item, min: sign === "+" ? 1 : 0, max: sign === "?" ? 1 : Infinity };
    const min = Number(least);
    return { kind: "repeat", item, min, max: comma === undefined ? min : most === "" ? Infinity : Number(most) };
  }

  function atom(): RegexTree {
    if (take("^")) return { kind: "start" };
    if (take("$")) return { kind: "end" };
    if (take(".")) return { kind: "set", set: dot };
    if (take("[")) return { kind: "set", set: bracket() };
    if (take("(")) return group();
    if (text[at] === "\\" && /[bB1-9k]/.test(text[at + 1])) {
      const what = /[bB]/.test(text[at + 1]) ? "word boundaries" : "references back";
      throw new UnsupportedSyntax(`${what} (\\${text[at + 1]})`);
    }
    return { kind: "set", set: character().set };
  }

  function group(): RegexTree {
    const negated = take("?!");
    const look = negated || take("?=");
    if (!look && (take("?<=") || take("?<!"))) throw new UnsupportedSyntax("looking behind, (?<=…) and (?<!…)");
    if (!look && !take("?:") && takeMatch(/^\?<[^>]*>/) === undefined && take("?")) {
      throw new UnsupportedSyntax("flags inside a group, (?i:…)");
    }
    const item = choice();
    at++; // The closing parenthesis, which `checkSyntax` has seen.
    return look ? { kind: "look", item, negated } : item;
  }

  /** One character or class; `code` where it is a single character, which can begin or end a range. */
  function character(): { set: CodePointRanges; code?: number } {
    const first = text[at++];
    if (first !== "\\") return single(first.codePointAt(0)!);
    const letter = text[at++];
    const set = escapedClass(letter);
    if (set !== undefined) return { set };
    const property = /[pP]/.test(letter) ? takeMatch(/^\{([^}]*)\}/) : undefined;
    if (property !== undefined) {
      const named = propertyClass(property[1]);
      return { set: letter === "p" ? named : complement(named) };
    }
    const hex = letter === "x" ? takeMatch(/^([\da-f]{2})/i) : letter === "u" ? takeUnicode() : undefined;
    if (hex !== undefined) return single(parseInt(hex[1], 16));
    const control = letter === "c" ? takeMatch(/^[a-z]/i) : undefined;
    if (control !== undefined) return single(control[0].charCodeAt(0) & 31);
    return single(controls[letter] ?? letter.codePointAt(0)!);
  }

  function takeUnicode(): readonly string[] | undefined {
    const pair = takeMatch(/^(d[89ab][\da-f]{2})\\u(d[c-f][\da-f]{2})/i);
    if (pair === undefined) return takeMatch(/^([\da-f]{4})/i) ?? takeMatch(/^\{([\da-f]+)\}/i);
    const whole = String.fromCharCode(parseInt(pair[1], 16), parseInt(pair[2], 16)).codePointAt(0)!;
    return ["", whole.toString(16)];
  }

  function bracket(): CodePointRanges {
    const negated = take("^");
    const runs: number[] = [];
    while (!take("]")) {
      const first = take("\\b") ? single(8) : character();
      if (first.code !== undefined && text[at] === "-" && text[at + 1] !== "]") {
        const dash = at++;
        const last = character();
        if (last.code !== undefined) {
          runs.push(first.code, last.code);
          continue;
        }
        at = dash; // A class can't end a range: the hyphen stands for itself.
      }
      runs.push(...first.set);
    }
    const set = union(runs);
    return negated ? complement(set) : complement(complement(set)); // Without surrogates.
  }

  return choice();
}

function single(code: number): { set: CodePointRanges; code: number } {
  return { set: code >= 0xd800 && code <= 0xdfff ? [] : [code, code], code };
}

/** As JavaScript reads patterns of JSON Schema: by Unicode, or where that fails, as people write them. */
function checkSyntax(source: string): void {
  try {
    new RegExp(source, "u");
  } catch {
    new RegExp(source);
  }
}
