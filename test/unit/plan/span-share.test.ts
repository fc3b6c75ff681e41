import fc from "fast-check";
import { expect, it } from "vitest";
import { firstSeen, shareStart, spansOf } from "../../../src/plan/span-share.ts";
import { property } from "../../support/property.ts";

it("threads get all parts of a token's attention, each once, and about the same number of positions", () =>
  property(
    fc.record({
      last: fc.nat({ max: 6000 }),
      window: fc.option(fc.integer({ min: 1, max: 3000 }), { nil: undefined }),
      group: fc.integer({ min: 1, max: 5 }),
      kvHeads: fc.integer({ min: 1, max: 9 }),
      threads: fc.integer({ min: 1, max: 9 }),
    }),
    ({ last, window, group, kvHeads, threads }) => {
      const heads = group * kvHeads;
      const first = firstSeen(last, window);
      const spans = spansOf(first, last);
      // Heads that share keys stay together only where each thread has eight such groups' spans or more.
      const together = kvHeads * (last + 1 - first) < 8 * 512 * threads ? 1 : group;
      const positionsOf = (part: number) => {
        const start = 512 * (Math.floor(first / 512) + Math.floor(part / heads));
        return Math.min(start + 512, last + 1) - Math.max(start, first);
      };
      const cut = (thread: number) => shareStart(first, last, heads, kvHeads, thread, threads);
      expect(cut(0)).toBe(0);
      expect(cut(threads)).toBe(heads * spans);
      for (let thread = 0; thread < threads; thread++) {
        const [start, end] = [cut(thread), cut(thread + 1)];
        let positions = 0;
        for (let part = start; part < end; part++) positions += positionsOf(part);
        expect(Math.abs(positions - (heads * (last + 1 - first)) / threads)).toBeLessThanOrEqual(512 * together);
      }
    },
  ));
