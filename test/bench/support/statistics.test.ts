import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { property } from "../../support/property.ts";
import { median, ratios, spread } from "./statistics.ts";

const figures = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 9 });

describe("the statistics", () => {
  it("take the middle of an odd count, the mean of the middle two of an even one", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 7])).toBe(6);
    expect(median([])).toBeNaN();
  });

  it("have as many values above the median as below it", async () => {
    await property(figures, (values) => {
      const middle = median(values);
      expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
      expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
    });
  });

  it("compare each turn with its own, so that a slow moment of the machine cancels out", () => {
    expect(ratios([10, 5, 20], [5, 2.5, 10])).toEqual({ median: 2, min: 2, max: 2 });
    expect(ratios([10, 30], [10, 10])).toEqual({ median: 2, min: 1, max: 3 });
  });

  it("refuse measurements that don't pair", () => {
    expect(() => ratios([1, 2], [1])).toThrow("2 measurements of ours, 1 of the peer's");
    expect(() => spread([])).toThrow(RangeError);
  });
});
