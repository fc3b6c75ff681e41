import type { ByteTable } from "../expressions/byte-table.ts";
import type { VocabularyTree } from "./vocabulary.ts";

/** Which tokens below a node of the vocabulary's tree a terminal takes, from one of its states on. */
export interface Reach {
  /** Tokens that end inside it, or exactly with it; empty where they are many. */
  readonly tokens: Int32Array;
  /** The same as bits, where they are many. */
  readonly bits?: Uint32Array;
  /** Nodes where it may end, and tokens go on. */
  readonly exits: Int32Array;
}

/** A regular part of a grammar, followed byte by byte. It takes no empty text; from every state it can be finished. */
export interface Terminal {
  readonly kind: "terminal";
  readonly id: number;
  readonly start: number;
  /** The state after a byte, or −1. */
  step(state: number, byte: number): number;
  accepts(state: number): boolean;
  /** Whether more can follow. */
  continues(state: number): boolean;
  reach(state: number, tree: VocabularyTree, node: number): Reach;
  /** How many texts finish it from here on; Infinity where they are too many to matter. */
  words(state: number): number;
}

let count = 0;
export const nextTerminalId = () => count++;

const noTokens = new Int32Array(0);

/** So many tokens are kept as bits. */
const manyTokens = 1000;

export function withBits(tokens: Int32Array | readonly number[], exits: Int32Array, tree: VocabularyTree): Reach {
  if (tokens.length < manyTokens) return { tokens: Int32Array.from(tokens), exits };
  const bits = new Uint32Array((tree.vocabularySize + 31) >> 5);
  for (const token of tokens) bits[token >> 5] |= 1 << (token & 31);
  return { tokens: noTokens, bits, exits };
}

/** What was reached before, by state and node; forgotten when it grows large. */
export class ReachCache {
  private readonly trees = new WeakMap<VocabularyTree, Map<number, Reach>>();

  get(tree: VocabularyTree, state: number, node: number, make: () => Reach): Reach {
    let map = this.trees.get(tree);
    if (map === undefined) this.trees.set(tree, (map = new Map<number, Reach>()));
    const key = state * 2 ** 24 + node;
    let reach = map.get(key);
    if (reach === undefined) {
      if (map.size > 5000) map.clear();
      map.set(key, (reach = make()));
    }
    return reach;
  }
}

export class TableTerminal implements Terminal {
  readonly kind = "terminal";
  readonly id = nextTerminalId();
  readonly start = 0;
  private readonly table: ByteTable;
  private readonly cache = new ReachCache();
  private counts: Float64Array | undefined;

  constructor(table: ByteTable) {
    this.table = table;
  }

  step(state: number, byte: number): number {
    const { next, width, byteClass } = this.table;
    return next[state * width + byteClass[byte]];
  }

  accepts(state: number): boolean {
    return this.table.accepting[state] === 1;
  }

  continues(state: number): boolean {
    return this.table.continues[state] === 1;
  }

  reach(state: number, tree: VocabularyTree, node: number): Reach {
    return this.cache.get(tree, state, node, () => this.walk(state, tree, node));
  }

  private walk(from: number, tree: VocabularyTree, node: number): Reach {
    const { next, width, byteClass, accepting, continues } = this.table;
    const { bytes, depths, ends, tokens, twins } = tree;
    const found: number[] = [];
    const exits: number[] = [];
    const states = new Int32Array(tree.deepest + 1);
    states[depths[node]] = from;
    for (let i = node + 1, end = ends[node]; i < end;) {
      const depth = depths[i];
      const state = next[states[depth - 1] * width + byteClass[bytes[i]]];
      if (state < 0) {
        i = ends[i];
        continue;
      }
      for (let token = tokens[i]; token >= 0; token = twins[token]) found.push(token);
      if (accepting[state] === 1 && ends[i] > i + 1) exits.push(i);
      if (continues[state] === 0) {
        i = ends[i];
        continue;
      }
      states[depth] = state;
      i++;
    }
    return withBits(found, Int32Array.from(exits), tree);
  }

  words(state: number): number {
    this.counts ??= countWords(this.table);
    return this.counts[state];
  }
}

/** How many texts each state finishes with; Infinity above a million, or where a loop can be reached. */
function countWords({ next, width, accepting, byteClass }: ByteTable): Float64Array {
  const counts = new Float64Array(accepting.length).fill(-1);
  const isOpen = new Uint8Array(accepting.length);
  const sizes = new Int32Array(width);
  for (const one of byteClass) sizes[one]++;
  for (let root = 0; root < counts.length; root++) {
    const path: [state: number, at: number, sum: number][] = counts[root] < 0 ? [[root, 0, accepting[root]]] : [];
    while (path.length > 0) {
      const top = path[path.length - 1];
      const [state, at] = top;
      isOpen[state] = 1;
      const to = at < width ? next[state * width + at] : -1;
      if (at >= width || top[2] > 1e6) {
        counts[state] = top[2] > 1e6 ? Infinity : top[2];
        isOpen[state] = 0;
        path.pop();
        continue;
      }
      if (to >= 0 && counts[to] < 0 && isOpen[to] === 0) {
        path.push([to, 0, accepting[to]]);
        continue;
      }
      top[1]++;
      if (to >= 0) top[2] += isOpen[to] === 1 ? Infinity : counts[to] * sizes[at];
    }
  }
  return counts;
}
