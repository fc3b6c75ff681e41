import fc from "fast-check";
import { expect, it } from "vitest";
import { MergeQueue } from "../../../src/tokenizer/merge-queue.ts";
import { type PairRanks, mergeSymbols } from "../../../src/tokenizer/merger.ts";
import { property } from "../../support/property.ts";

/** Merging as the definition says it: look for the best pair, merge it, look again. */
function mergeNaively(symbols: number[], pairs: PairRanks): number[] {
  const merged = [...symbols];
  for (;;) {
    let best = -1;
    for (let i = 0; i + 1 < merged.length; i++) {
      const rank = pairs.rank(merged[i], merged[i + 1]);
      if (rank >= 0 && (best < 0 || rank < pairs.rank(merged[best], merged[best + 1]))) best = i;
    }
    if (best < 0) return merged;
    merged.splice(best, 2, pairs.join(merged[best], merged[best + 1]));
  }
}

/** Ranks without any order, as no training would give them; pairs of large symbols don't join, so it ends. */
const arbitraryPairs = fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 12 })).map(([seed, ranks]): PairRanks => ({
  rank: (left, right) =>
    (left + right) % 3 === 0 || left + right > 200 ? -1 : (left * 31 + right * 17 + seed) % ranks,
  join: (left, right) => left + right + 1,
}));

it("merges in the order of the definition, few symbols or many", () =>
  property(
    fc.tuple(fc.array(fc.nat(4), { maxLength: 120 }), arbitraryPairs),
    ([symbols, pairs]) => {
      const merged = Int32Array.from(symbols);
      const count = mergeSymbols(merged, symbols.length, pairs);
      expect(Array.from(merged.subarray(0, count))).toEqual(mergeNaively(symbols, pairs));
    },
    { runs: 2000 },
  ));

it("a queue gives the lowest rank, then the leftmost place, whatever the order they come in", () =>
  property(fc.array(fc.option(fc.tuple(fc.nat(5), fc.nat(50)), { nil: undefined }), { maxLength: 200 }), (actions) => {
    const queue = new MergeQueue();
    const waiting: [number, number][] = [];
    for (const action of actions) {
      if (action !== undefined) {
        queue.add(...action);
        waiting.push(action);
        continue;
      }
      waiting.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      const first = waiting.shift();
      expect(queue.next() ? [queue.rank, queue.place] : undefined).toEqual(first);
    }
  }));
