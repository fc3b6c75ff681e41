import { type Automaton, type Configuration, type Head, refusedBy } from "./configuration.ts";
import type { VocabularyTree } from "./vocabulary.ts";

/** Which tokens a grammar allows where it stands: bit `t & 31` of word `t >> 5` for token `t`. */
export type TokenMask = Uint32Array;

/** Masks kept at a time: of 49,152 tokens, 6 KB each. */
const mostKept = 2000;

/** Computes masks for one grammar and one vocabulary, each once. */
export class MaskMaker {
  private readonly automaton: Automaton;
  private readonly tree: VocabularyTree;
  private readonly masks = new Map<Configuration, TokenMask>();

  constructor(automaton: Automaton, tree: VocabularyTree) {
    this.automaton = automaton;
    this.tree = tree;
  }

  /** The tokens that end a text. */
  get endMask(): TokenMask {
    return this.withEnd(new Uint32Array((this.tree.vocabularySize + 31) >> 5));
  }

  /** Not to be changed. [⌈vocabularySize / 32⌉] */
  maskOf(configuration: Configuration): TokenMask {
    let mask = this.masks.get(configuration);
    if (mask === undefined) {
      if (this.masks.size >= mostKept) this.masks.clear();
      this.masks.set(configuration, (mask = this.make(configuration)));
    }
    return mask;
  }

  private make(configuration: Configuration): TokenMask {
    const mask = new Uint32Array((this.tree.vocabularySize + 31) >> 5);
    const doubtful: number[] = [];
    this.add(configuration, 0, mask, doubtful);
    for (const token of doubtful) {
      if (!this.allows(configuration, token)) mask[token >> 5] &= ~(1 << (token & 31));
    }
    return configuration.ends ? this.withEnd(mask) : mask;
  }

  private withEnd(mask: TokenMask): TokenMask {
    for (const token of this.tree.endTokens) mask[token >> 5] |= 1 << (token & 31);
    return mask;
  }

  /** Adds the tokens below a node whose bytes, from the node on, the configuration allows. */
  private add(from: Configuration, node: number, mask: TokenMask, doubtful: number[]): void {
    for (const head of from.heads) {
      const { tokens, bits, exits } = head.terminal.reach(head.state, this.tree, node);
      if (bits === undefined) for (const token of tokens) mask[token >> 5] |= 1 << (token & 31);
      else for (let i = 0; i < bits.length; i++) mask[i] |= bits[i];
      if (head.text !== undefined) this.doubt(head, head.text, node, doubtful);
      for (const exit of exits) {
        const text = head.text === undefined ? undefined : head.text + this.tree.pathTo(exit, node);
        const follower = this.automaton.follow(from, head, text);
        if (follower !== null) this.add(follower, exit, mask, doubtful);
      }
    }
  }

  /** Collects the tokens on the way to a text that may not stand there; the terminal alone knows nothing of it. */
  private doubt(head: Head, text: string, node: number, doubtful: number[]): void {
    const { bytes, ends, tokens, twins } = this.tree;
    for (const refused of refusedBy(head.stack)) {
      if (!refused.startsWith(text)) continue;
      let at = node;
      for (let i = text.length; i < refused.length; i++) {
        const byte = refused.charCodeAt(i);
        let child = at + 1;
        while (child < ends[at] && bytes[child] !== byte) child = ends[child];
        if (child >= ends[at]) break;
        at = child;
        for (let token = tokens[at]; token >= 0; token = twins[token]) doubtful.push(token);
      }
    }
  }

  private allows(from: Configuration, token: number): boolean {
    let at: Configuration | null = from;
    for (const byte of this.tree.textOf(token) ?? []) {
      at = this.automaton.step(at, byte);
      if (at === null) return false;
    }
    return true;
  }
}
