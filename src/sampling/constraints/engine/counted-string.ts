import { everyCodePoint } from "../expressions/code-points.ts";
import { decoderOf } from "../expressions/decoder.ts";
import { type Reach, ReachCache, type Terminal, nextTerminalId, withBits } from "./terminal.ts";
import type { VocabularyTree } from "./vocabulary.ts";

/** Any character in a JSON string. Its nodes are the phases of a string: 0 is between characters. */
const { children } = decoderOf([everyCodePoint], "json");
const phases = children.length;
const quote = 0x22;
const opening = 0;
const closed = 1;

/**
 * A JSON string of any characters, from `min` to `max` of them. Its states are `opening`, `closed`, and one for each
 * phase and count; counts that make no difference are one. What tokens do is found once for each phase and holds for
 * every count, so that a bound costs nothing.
 */
export class CountedString implements Terminal {
  readonly kind = "terminal";
  readonly id = nextTerminalId();
  readonly start = opening;
  private readonly min: number;
  private readonly max: number;
  private readonly cache = new ReachCache();

  constructor(min: number, max: number) {
    this.min = min;
    this.max = max;
  }

  step(state: number, byte: number): number {
    if (state === opening) return byte === quote ? 2 : -1;
    if (state === closed) return -1;
    const phase = (state - 2) % phases;
    const count = (state - 2 - phase) / phases;
    if (phase === 0 && byte === quote) return count >= this.min ? closed : -1;
    if (phase === 0 && count >= this.max) return -1;
    const to = children[phase][byte];
    if (to === -1) return -1;
    // Where there is no upper bound, what is above the lower makes no difference.
    const counted = phase === 0 ? (this.max === Infinity ? Math.min(count + 1, this.min) : count + 1) : count;
    return 2 + counted * phases + Math.max(to, 0);
  }

  accepts(state: number): boolean {
    return state === closed;
  }

  continues(state: number): boolean {
    return state !== closed;
  }

  words(): number {
    return this.max > 2 ? Infinity : this.max === 0 ? 1 : 1_000_000;
  }

  reach(state: number, tree: VocabularyTree, node: number): Reach {
    if (state === closed) return withBits(new Int32Array(0), new Int32Array(0), tree);
    return this.cache.get(tree, state, node, () => this.fit(state, tree, node));
  }

  /** Of what any string takes, that which fits the count. */
  private fit(state: number, tree: VocabularyTree, node: number): Reach {
    const phase = state === opening ? -1 : (state - 2) % phases;
    const count = state === opening ? 0 : (state - 2 - phase) / phases;
    const all = countedReach(phase, tree, node);
    const least = this.min - count;
    const most = this.max - count;
    if (most >= all.longest && least <= 0) return all.whole;
    const tokens: number[] = [];
    all.tokens.forEach((token, i) => {
      const characters = all.tokenCounts[i];
      const fits = characters >= 0 ? characters <= most : ~characters <= most && ~characters >= least;
      if (fits) tokens.push(token);
    });
    const exits = all.exits.filter((_, i) => all.exitCounts[i] >= least && all.exitCounts[i] <= most);
    return withBits(tokens, exits, tree);
  }
}

interface CountedReach {
  readonly tokens: Int32Array;
  /** How many characters each begins; ~count for one that closes the string. */
  readonly tokenCounts: Int16Array;
  readonly exits: Int32Array;
  readonly exitCounts: Int16Array;
  readonly longest: number;
  /** What a string without bounds takes. */
  readonly whole: Reach;
}

const reaches = new WeakMap<VocabularyTree, Map<number, CountedReach>>();

function countedReach(phase: number, tree: VocabularyTree, node: number): CountedReach {
  let map = reaches.get(tree);
  if (map === undefined) reaches.set(tree, (map = new Map<number, CountedReach>()));
  const key = (phase + 1) * 2 ** 24 + node;
  let reach = map.get(key);
  if (reach === undefined) map.set(key, (reach = walk(phase, tree, node)));
  return reach;
}

function walk(from: number, tree: VocabularyTree, node: number): CountedReach {
  const { bytes, depths, ends, tokens, twins } = tree;
  const found: number[] = [];
  const counts: number[] = [];
  const exits: number[] = [];
  const exitCounts: number[] = [];
  const states = new Int16Array(tree.deepest + 1);
  const begun = new Int16Array(tree.deepest + 1);
  states[depths[node]] = from;
  let longest = 0;
  for (let i = node + 1, end = ends[node]; i < end;) {
    const depth = depths[i];
    const phase = states[depth - 1];
    const byte = bytes[i];
    const closes = phase === 0 && byte === quote;
    const to = phase < 0 ? (byte === quote ? -2 : -1) : closes ? 0 : children[phase][byte];
    if (to === -1) {
      i = ends[i];
      continue;
    }
    const count = begun[depth - 1] + (phase === 0 && !closes ? 1 : 0);
    longest = Math.max(longest, count);
    for (let token = tokens[i]; token >= 0; token = twins[token]) {
      found.push(token);
      counts.push(closes ? ~count : count);
    }
    if (closes) {
      if (ends[i] > i + 1) {
        exits.push(i);
        exitCounts.push(count);
      }
      i = ends[i];
      continue;
    }
    states[depth] = Math.max(to, 0);
    begun[depth] = count;
    i++;
  }
  const all = { tokens: Int32Array.from(found), exits: Int32Array.from(exits) };
  return {
    ...all,
    tokenCounts: Int16Array.from(counts),
    exitCounts: Int16Array.from(exitCounts),
    longest,
    whole: withBits(all.tokens, all.exits, tree),
  };
}
