/**
 * Byte-pair merging, whatever ranks the pairs: again and again, of all neighbours that merge, the pair of lowest rank
 * becomes one symbol, the leftmost first. R. Sennrich et al., "Neural Machine Translation of Rare Words with Subword
 * Units" (2016); SentencePiece ranks by score.
 */
import { MergeQueue } from "./merge-queue.ts";

export interface PairRanks {
  /** The rank of joining two neighbouring symbols; −1: they don't join. */
  rank(left: number, right: number): number;
  /** What two symbols with a rank become. */
  join(left: number, right: number): number;
}

/** Up to this many symbols, looking through all of them for each merge is faster than a queue. */
const fewSymbols = 24;

const shortRanks = new Int32Array(fewSymbols);

/** Merges the first `count` of `symbols` in place. Returns how many are left. */
export function mergeSymbols(symbols: Int32Array, count: number, pairs: PairRanks): number {
  return count <= fewSymbols ? mergeFew(symbols, count, pairs) : mergeMany(symbols, count, pairs);
}

function mergeFew(symbols: Int32Array, count: number, pairs: PairRanks): number {
  const ranks = shortRanks;
  for (let i = 0; i + 1 < count; i++) ranks[i] = pairs.rank(symbols[i], symbols[i + 1]);
  for (;;) {
    let best = -1;
    let bestRank = 0x7fffffff;
    for (let i = 0; i + 1 < count; i++) {
      const rank = ranks[i];
      if (rank >= 0 && rank < bestRank) {
        best = i;
        bestRank = rank;
      }
    }
    if (best < 0) return count;
    symbols[best] = pairs.join(symbols[best], symbols[best + 1]);
    count--;
    for (let i = best + 1; i < count; i++) {
      symbols[i] = symbols[i + 1]!;
      ranks[i] = ranks[i + 1]!;
    }
    if (best > 0) ranks[best - 1] = pairs.rank(symbols[best - 1], symbols[best]);
    if (best + 1 < count) ranks[best] = pairs.rank(symbols[best], symbols[best + 1]);
  }
}

function mergeMany(symbols: Int32Array, count: number, pairs: PairRanks): number {
  const queue = new MergeQueue();
  // Of each symbol: its neighbours, and the rank of joining it with the next; −2: it is part of the one before.
  const next = new Int32Array(count);
  const previous = new Int32Array(count);
  const ranks = new Int32Array(count).fill(-1);
  for (let i = 0; i < count; i++) {
    next[i] = i + 1;
    previous[i] = i - 1;
  }
  const look = (place: number): void => {
    if (place < 0) return;
    const after = next[place];
    const rank = after < count ? pairs.rank(symbols[place], symbols[after]) : -1;
    ranks[place] = rank;
    if (rank >= 0) queue.add(rank, place);
  };
  for (let i = 0; i + 1 < count; i++) look(i);

  while (queue.next()) {
    const place = queue.place;
    if (ranks[place] !== queue.rank) continue; // The pair has changed since it was queued.
    const gone = next[place];
    symbols[place] = pairs.join(symbols[place], symbols[gone]);
    ranks[gone] = -2;
    const after = next[gone];
    next[place] = after;
    if (after < count) previous[after] = place;
    look(previous[place]);
    look(place);
  }

  let left = 0;
  for (let i = 0; i < count; i = next[i]!) symbols[left++] = symbols[i]!;
  return left;
}
