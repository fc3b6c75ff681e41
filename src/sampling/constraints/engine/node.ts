import type { Terminal } from "./terminal.ts";

/** A part of a grammar: a regular one, or one that stands for sequences of others. */
export type GrammarSymbol = Terminal | GrammarNode;

let count = 0;

/**
 * A part that stands for any of several sequences, made when a text reaches it. Every sequence can be finished; none
 * begins, after parts that may be empty, with the node itself.
 */
export abstract class GrammarNode {
  readonly kind = "node";
  readonly id = count++;
  private sequences: readonly (readonly GrammarSymbol[])[] | undefined;

  protected abstract expand(): readonly (readonly GrammarSymbol[])[];

  get alternatives(): readonly (readonly GrammarSymbol[])[] {
    return (this.sequences ??= this.expand());
  }

  /**
   * Nodes that must know the text of the terminal before them have this: it gives the node to go on with, or undefined
   * where the text may not stand here.
   */
  take?(text: string): GrammarNode | undefined;

  /** With `take`: the texts that may not stand here, each written in one way only. */
  readonly refused: readonly string[] = [];
}

/** Alternatives known from the start. */
export class FixedNode extends GrammarNode {
  private readonly fixed: readonly (readonly GrammarSymbol[])[];

  constructor(fixed: readonly (readonly GrammarSymbol[])[]) {
    super();
    this.fixed = fixed;
  }

  protected override expand(): readonly (readonly GrammarSymbol[])[] {
    return this.fixed;
  }
}

/** Alternatives found when they are first needed. */
export class LazyNode extends GrammarNode {
  private readonly find: () => readonly (readonly GrammarSymbol[])[];

  constructor(find: () => readonly (readonly GrammarSymbol[])[]) {
    super();
    this.find = find;
  }

  protected override expand(): readonly (readonly GrammarSymbol[])[] {
    return this.find();
  }
}
