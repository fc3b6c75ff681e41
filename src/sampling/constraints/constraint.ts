import { ConstraintError } from "../../errors.ts";
import { Automaton, type Configuration } from "./engine/configuration.ts";
import { MaskMaker, type TokenMask } from "./engine/mask.ts";
import type { GrammarSymbol } from "./engine/node.ts";
import { type TokenBytes, type VocabularyTree, vocabularyTreeOf } from "./engine/vocabulary.ts";
import type { TextGuide, TextRule } from "./text-rule.ts";

const encoder = new TextEncoder();

/**
 * What a text may be: made from a JSON Schema, a regular expression, a list, a grammar, or of other constraints. It
 * never changes and can be used for any number of generations and with any tokenizer; what it learns is kept.
 */
export class Constraint implements TextRule {
  /**
   * What the text consists of, to make larger constraints of.
   * @hidden
   */
  readonly symbols: readonly GrammarSymbol[];
  private automaton: Automaton | undefined;
  private readonly makers = new WeakMap<VocabularyTree, MaskMaker>();

  /** @hidden */
  constructor(symbols: readonly GrammarSymbol[]) {
    this.symbols = symbols;
  }

  /**
   * Begins a text, token by token.
   * @param written how it begins already, as text or bytes
   * @throws ConstraintError `TEXT_NOT_ALLOWED` where it may not begin so
   */
  start(tokenizer: TokenBytes, written: string | Uint8Array = ""): ConstraintState {
    const at = this.read(written);
    if (at === null) {
      throw new ConstraintError("TEXT_NOT_ALLOWED", "the text may not begin so: ask `acceptsBeginning` first");
    }
    const tree = vocabularyTreeOf(tokenizer);
    let maker = this.makers.get(tree);
    if (maker === undefined) this.makers.set(tree, (maker = new MaskMaker(this.ownAutomaton, tree)));
    return new ConstraintState(this.ownAutomaton, maker, tree, at);
  }

  /** Whether it allows the text, whole. */
  accepts(text: string): boolean {
    return this.read(text)?.ends === true;
  }

  /** Whether it allows a text that begins so. */
  acceptsBeginning(text: string | Uint8Array): boolean {
    return this.read(text) !== null;
  }

  private read(text: string | Uint8Array): Configuration | null {
    let at: Configuration | null = this.ownAutomaton.initial;
    for (const byte of typeof text === "string" ? encoder.encode(text) : text) {
      at = this.ownAutomaton.step(at, byte);
      if (at === null) return null;
    }
    return at;
  }

  private get ownAutomaton(): Automaton {
    return (this.automaton ??= new Automaton(this.symbols));
  }
}

/** A text that is being written under a constraint. */
export class ConstraintState implements TextGuide {
  private readonly automaton: Automaton;
  private readonly maker: MaskMaker;
  private readonly tree: VocabularyTree;
  private at: Configuration;
  private ended = false;

  /** @hidden */
  constructor(automaton: Automaton, maker: MaskMaker, tree: VocabularyTree, at: Configuration) {
    this.automaton = automaton;
    this.maker = maker;
    this.tree = tree;
    this.at = at;
  }

  /**
   * The tokens that may come next: bit `t & 31` of word `t >> 5` for token `t`. Tokens that end the text are among them
   * where it may end. Not to be changed. [⌈vocabularySize / 32⌉]
   */
  mask(): TokenMask {
    return this.ended ? this.maker.endMask : this.maker.maskOf(this.at);
  }

  /** Goes on by a token. @throws ConstraintError `TOKEN_NOT_ALLOWED` for one that is not in the mask */
  accept(token: number): void {
    if (this.tree.endTokens.includes(token) && this.at.ends) {
      this.ended = true;
      return;
    }
    const bytes = this.ended ? undefined : this.tree.textOf(token);
    let at: Configuration | null = bytes === undefined ? null : this.at;
    for (const byte of bytes ?? []) {
      if (at === null) break;
      at = this.automaton.step(at, byte);
    }
    if (at === null) {
      throw new ConstraintError("TOKEN_NOT_ALLOWED", `token ${token} is not allowed here: choose one of the mask`);
    }
    this.at = at;
  }

  /** Whether the text may end here. */
  get canEnd(): boolean {
    return this.at.ends;
  }

  /** Whether the text is whole, and nothing can follow. */
  get isComplete(): boolean {
    return this.ended || (this.at.ends && this.at.heads.length === 0);
  }

  /** The same text, to go on in another way. */
  fork(): ConstraintState {
    const copy = new ConstraintState(this.automaton, this.maker, this.tree, this.at);
    copy.ended = this.ended;
    return copy;
  }
}
