import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PagePool, Sequence } from "../../../src/cache/index.ts";
import { pageLength } from "../../../src/tensor/index.ts";
import { property } from "../../support/property.ts";

describe("Sequence", () => {
  it("takes a page for each 64 positions, and gives back what it forgets", () => {
    const pool = new PagePool();
    const sequence = new Sequence(pool);
    sequence.reserve(pageLength + 1);
    sequence.commit(pageLength + 1);
    expect([...sequence.pageTable]).toEqual([0, 1]);
    sequence.truncate(pageLength);
    expect([...sequence.pageTable]).toEqual([0]);
    expect(pool.take()).toBe(1);
  });

  it("never shares a page between sequences, whatever they do", async () => {
    const step = fc.record({ which: fc.nat(2), grow: fc.nat(150), keep: fc.nat(300) });
    await property(fc.array(step, { maxLength: 20 }), (steps) => {
      const pool = new PagePool();
      const sequences = [0, 1, 2].map(() => new Sequence(pool));
      for (const { which, grow, keep } of steps) {
        const sequence = sequences[which];
        sequence.reserve(grow);
        sequence.commit(grow);
        sequence.truncate(keep);
        expect(sequence.pageTable.length).toBe(Math.ceil(sequence.length / pageLength));
      }
      const used = sequences.flatMap((sequence) => [...sequence.pageTable]);
      expect(new Set(used).size).toBe(used.length);
      expect(Math.max(-1, ...used)).toBeLessThan(pool.highWater);
    });
  });
});
