import { InvalidArgumentError } from "../../errors.ts";

/** A regular expression as a tree. A `character` takes one code point; a `start` takes none. */
export type PatternNode =
  | { readonly kind: "character"; readonly test: (codePoint: number) => boolean }
  | { readonly kind: "sequence" | "choice"; readonly items: readonly PatternNode[] }
  | { readonly kind: "repeat"; readonly item: PatternNode; readonly least: number; readonly most: number }
  | { readonly kind: "start"; readonly eachLine: boolean };

/**
 * Reads a regular expression of JavaScript: characters and escapes, classes, groups, alternatives, quantifiers (lazy or not:
 * only where a match begins matters) and `^`; flags i, m, s, u and v. What stands for one character is left to the
 * engine's own regular expressions, one character at a time, so its classes mean what they mean in JavaScript.
 * @throws InvalidArgumentError for what a stop pattern can't hold: assertions that look ahead or behind, `$`, `\b`, and
 * references to groups
 */
export function parsePattern({ source, flags }: RegExp): PatternNode {
  return new PatternParser(source, flags).parse();
}

const quantifier = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/;

class PatternParser {
  private readonly source: string;
  private readonly flags: string;
  private at = 0;

  constructor(source: string, flags: string) {
    this.source = source;
    this.flags = flags;
  }

  parse(): PatternNode {
    const node = this.choice();
    if (this.at < this.source.length) throw this.refusal("an unbalanced )"); // not reached: the engine read it first
    return node;
  }

  private choice(): PatternNode {
    const items = [this.sequence()];
    while (this.take("|")) items.push(this.sequence());
    return items.length === 1 ? items[0] : { kind: "choice", items };
  }

  private sequence(): PatternNode {
    const items: PatternNode[] = [];
    while (this.at < this.source.length && this.source[this.at] !== "|" && this.source[this.at] !== ")") {
      items.push(this.quantified(this.atom()));
    }
    return items.length === 1 ? items[0] : { kind: "sequence", items };
  }

  private quantified(item: PatternNode): PatternNode {
    const found: readonly (string | undefined)[] | null = quantifier.exec(this.source.slice(this.at));
    if (found === null) return item;
    const [text = "", sign, least, comma, most] = found;
    this.at += text.length;
    if (sign !== undefined) {
      return { kind: "repeat", item, least: sign === "+" ? 1 : 0, most: sign === "?" ? 1 : Infinity };
    }
    const first = Number(least);
    return { kind: "repeat", item, least: first, most: comma === "" ? first : most === "" ? Infinity : Number(most) };
  }

  private atom(): PatternNode {
    if (this.take("^")) return { kind: "start", eachLine: this.flags.includes("m") };
    if (this.take("$")) throw this.refusal("$, since the end of a text that still grows can't be known");
    if (this.take("(")) return this.group();
    const start = this.at;
    if (this.take("[")) this.skipClass();
    else if (this.take("\\")) this.skipEscape();
    else this.at += String.fromCodePoint(this.source.codePointAt(start)!).length;
    return { kind: "character", test: oneCharacter(this.source.slice(start, this.at), this.flags) };
  }

  private group(): PatternNode {
    const [text] = /^\?(?:[:=!]|<[=!]|<[^>]*>|[a-z-]*:)/.exec(this.source.slice(this.at)) ?? [""];
    if (/^\?<?[=!]$/.test(text)) throw this.refusal("an assertion that looks ahead or behind");
    if (/^\?[a-z-]+:$/.test(text)) throw this.refusal("flags inside the pattern");
    this.at += text.length;
    const node = this.choice();
    this.at++; // the closing parenthesis, which the engine has seen
    return node;
  }

  private skipClass(): void {
    for (let depth = 1; depth > 0; this.at++) {
      const character = this.source[this.at];
      if (character === "\\") this.at++;
      else if (character === "[" && this.flags.includes("v")) depth++;
      else if (character === "]") depth--;
    }
  }

  private skipEscape(): void {
    const rest = this.source.slice(this.at);
    if (/^[bB]/.test(rest)) throw this.refusal("\\b or \\B, which look at the next character");
    if (/^(?:[1-9]|k<)/.test(rest)) throw this.refusal("a reference to a group");
    const [text] = /^(?:u\{[^}]*\}|u[dD][89abAB]..\\u[dD][c-fC-F]..|u.{4}|x..|c.|[pP]\{[^}]*\}|[^])/u.exec(rest)!;
    this.at += text.length;
  }

  private take(character: string): boolean {
    if (this.source[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private refusal(what: string): InvalidArgumentError {
    return new InvalidArgumentError(`a stop pattern can't hold ${what}: /${this.source}/${this.flags}`);
  }
}

/** Whether one code point matches an expression that takes one. The last answers for the Latin characters are kept. */
function oneCharacter(source: string, flags: string): (codePoint: number) => boolean {
  const pattern = compileAtom(`^(?:${source})$`, flags.replace(/[dgmy]/g, ""));
  const known: (boolean | undefined)[] = [];
  return (codePoint) => {
    if (codePoint >= 256) return pattern.test(String.fromCodePoint(codePoint));
    return (known[codePoint] ??= pattern.test(String.fromCharCode(codePoint)));
  };
}

/** By code points where it can be; some sources, such as `\-`, are only right without the flag u. */
function compileAtom(source: string, flags: string): RegExp {
  if (/[uv]/.test(flags)) return new RegExp(source, flags);
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    return new RegExp(source, flags);
  }
}
