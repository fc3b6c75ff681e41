import type { GrammarNode, GrammarSymbol } from "./node.ts";
import type { Terminal } from "./terminal.ts";

/** What is still to come, the next part first. Equal stacks are one object. */
export interface Stack {
  readonly id: number;
  readonly symbol: GrammarSymbol;
  readonly rest: Stack | undefined;
}

/** One way to read the text so far. */
export interface Head {
  readonly terminal: Terminal;
  readonly state: number;
  /** What follows the terminal. */
  readonly stack: Stack | undefined;
  /** What the terminal read, where the part after it wants to know. */
  readonly text: string | undefined;
}

/** All ways to read the text so far: where a grammar stands. Never changed, so it can be kept and gone back to. */
export interface Configuration {
  readonly heads: readonly Head[];
  /** Whether the text may end here. */
  readonly ends: boolean;
  /** After a byte; null: not allowed. Found once. */
  readonly next: Map<number, Configuration | null>;
  /** What may follow each head's terminal, once found. */
  readonly followers: Map<Head, Configuration | null>;
}

/** Follows a grammar. Equal configurations are one object, as long as they are few enough to keep. */
export class Automaton {
  readonly initial: Configuration;
  private stacks = new Map<string, Stack>();
  private configurations = new Map<string, Configuration>();
  private stackCount = 0;

  constructor(symbols: readonly GrammarSymbol[]) {
    const heads = new Map<string, Head>();
    const ends = this.close(this.push(symbols, undefined), undefined, heads);
    this.initial = this.configuration(heads, ends);
  }

  /** Where the grammar stands after a byte; null: the byte is not allowed. */
  step(from: Configuration, byte: number): Configuration | null {
    let to = from.next.get(byte);
    if (to === undefined) from.next.set(byte, (to = this.find(from, byte)));
    return to;
  }

  private find(from: Configuration, byte: number): Configuration | null {
    const heads = new Map<string, Head>();
    let ends = false;
    for (const { terminal, state, stack, text } of from.heads) {
      const to = terminal.step(state, byte);
      if (to < 0) continue;
      const read = text === undefined ? undefined : text + String.fromCharCode(byte);
      if (read !== undefined && isDeadEnd(terminal.words(to), stack, read)) continue;
      if (terminal.continues(to)) addHead(heads, { terminal, state: to, stack, text: read });
      if (terminal.accepts(to) && this.close(stack, read, heads)) ends = true;
    }
    return heads.size === 0 && !ends ? null : this.configuration(heads, ends);
  }

  /** Where the grammar stands once the head's terminal has ended; `text`: what it read. Null where it may not end so. */
  follow(from: Configuration, head: Head, text: string | undefined): Configuration | null {
    let found = text === undefined ? from.followers.get(head) : undefined;
    if (found === undefined) {
      const heads = new Map<string, Head>();
      const ends = this.close(head.stack, text, heads);
      found = heads.size === 0 && !ends ? null : this.configuration(heads, ends);
      if (text === undefined) from.followers.set(head, found);
    }
    return found;
  }

  /** Adds the heads that a stack begins with; returns whether it may be empty. */
  private close(stack: Stack | undefined, text: string | undefined, heads: Map<string, Head>): boolean {
    const seen = new Set<number>();
    const visit = (at: Stack | undefined, read: string | undefined): boolean => {
      if (at === undefined) return true;
      const { symbol, rest } = at;
      if (symbol.kind === "terminal") {
        const wanted = rest?.symbol.kind === "node" && rest.symbol.take !== undefined;
        addHead(heads, { terminal: symbol, state: symbol.start, stack: rest, text: wanted ? "" : undefined });
        return false;
      }
      if (read === undefined) {
        if (seen.has(at.id)) return false;
        seen.add(at.id);
      }
      const node: GrammarNode | undefined = symbol.take === undefined ? symbol : symbol.take(read ?? "");
      let ends = false;
      for (const sequence of node?.alternatives ?? []) {
        if (visit(this.push(sequence, rest), undefined)) ends = true;
      }
      return ends;
    };
    return visit(stack, text);
  }

  private push(symbols: readonly GrammarSymbol[], rest: Stack | undefined): Stack | undefined {
    let stack = rest;
    for (let i = symbols.length - 1; i >= 0; i--) {
      const symbol = symbols[i];
      const key = `${symbol.kind === "node" ? "n" : "t"}${symbol.id},${stack?.id ?? ""}`;
      let known = this.stacks.get(key);
      if (known === undefined) {
        this.stacks.set(key, (known = { id: this.stackCount++, symbol, rest: stack }));
      }
      stack = known;
    }
    return stack;
  }

  private configuration(heads: Map<string, Head>, ends: boolean): Configuration {
    const key = [...heads.keys()].sort().join(";") + (ends ? "!" : "");
    let known = this.configurations.get(key);
    if (known === undefined) {
      const next = new Map<number, Configuration | null>();
      known = { heads: [...heads.values()], ends, next, followers: new Map() };
      this.forgetSome();
      this.configurations.set(key, known);
    }
    return known;
  }

  /** Those in use live on in whoever uses them; only that equal ones are one object is lost. */
  private forgetSome(): void {
    if (this.configurations.size < 1) return;
    if (this.configurations.size > 50_000 || this.stacks.size > 200_000) {
      this.configurations.clear();
      this.stacks.clear();
      this.initial.next.clear();
      this.initial.followers.clear();
    }
  }
}

/** Whether every text that the terminal can still read is one of those that may not stand there. */
function isDeadEnd(words: number, stack: Stack | undefined, read: string): boolean {
  const refused = refusedBy(stack);
  if (words > refused.length) return false;
  return refused.filter((text) => text.startsWith(read)).length >= words;
}

/** The texts that may not stand before this. */
export function refusedBy(stack: Stack | undefined): readonly string[] {
  return stack?.symbol.kind === "node" ? stack.symbol.refused : [];
}

function addHead(heads: Map<string, Head>, head: Head): void {
  const { terminal, state, stack, text } = head;
  const key = `${terminal.id},${state},${stack?.id ?? ""}`;
  heads.set(text === undefined ? key : `${key},${JSON.stringify(text)}`, head);
}
