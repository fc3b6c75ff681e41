import { GrammarNode, type GrammarSymbol, LazyNode } from "../engine/node.ts";

/** After a key that the schema does not name: it may come only once. */
export class UnnamedKey extends GrammarNode {
  override readonly refused: readonly string[];
  private readonly after: (text: string) => readonly (readonly GrammarSymbol[])[];

  /** @param refused the keys that came; `after`: what may follow this one */
  constructor(refused: readonly string[], after: (text: string) => readonly (readonly GrammarSymbol[])[]) {
    super();
    this.refused = refused;
    this.after = after;
  }

  override take(text: string): GrammarNode | undefined {
    return this.refused.includes(text) ? undefined : new LazyNode(() => this.after(text));
  }

  protected override expand(): readonly (readonly GrammarSymbol[])[] {
    return [];
  }
}
