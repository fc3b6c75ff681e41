import fc from "fast-check";
import { expect, it } from "vitest";
import { StreamChoice } from "../../../src/plan/stream-choice.ts";
import { property } from "../../support/property.ts";

/** What a model comes to that takes `times[count]` for a token, at first by far longer. */
function choiceOf(times: Record<number, number>, slowness: (token: number) => number): number[] {
  const choice = new StreamChoice();
  return Array.from({ length: 100 }, (_, token) => {
    const { next } = choice;
    choice.record(times[next] * slowness(token));
    return next;
  });
}

it("takes turns among a model's first tokens, then stays with what was faster", () =>
  property(
    fc.record({
      two: fc.integer({ min: 1, max: 100 }),
      eight: fc.integer({ min: 1, max: 100 }),
      compiled: fc.nat({ max: 30 }),
    }),
    ({ two, eight, compiled }) => {
      fc.pre(two !== eight);
      const counts = choiceOf({ 2: two, 8: eight }, (token) => (token < compiled ? 200 : 1));
      expect(new Set(counts.slice(0, 8))).toEqual(new Set([2, 8]));
      expect(new Set(counts.slice(60))).toEqual(new Set([two < eight ? 2 : 8]));
    },
  ));

it("one slow token, of a processor busy with something else, decides nothing", () => {
  for (let slow = 0; slow < 20; slow++) {
    expect(choiceOf({ 2: 3, 8: 4 }, (token) => (token === slow ? 50 : 1))[99]).toBe(2);
    expect(choiceOf({ 2: 4, 8: 3 }, (token) => (token === slow ? 50 : 1))[99]).toBe(8);
  }
});
