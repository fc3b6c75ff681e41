import fc from "fast-check";
import { expect, it } from "vitest";
import { candidatesOf, selectTop } from "../../../src/sampling/index.ts";
import { property } from "../../support/property.ts";

/** Few different values, so that ties are common; zeros of both signs, and infinities. */
const logit = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(-0, Infinity, -Infinity),
  fc.float({ noNaN: true }),
);

it("is the start of the whole, sorted, for every k", async () => {
  const cases = fc.record({ logits: fc.array(logit, { maxLength: 200 }), k: fc.nat(220) });
  await property(cases, ({ logits, k }) => {
    const all = candidatesOf(Float32Array.from(logits));
    const top = selectTop(all, k);
    const order = [...all.ids].sort(
      (a, b) => (all.logits[b] === all.logits[a] ? 0 : all.logits[b] - all.logits[a]) || a - b,
    );
    expect([...top.ids]).toEqual(order.slice(0, k));
    expect([...top.logits]).toEqual(order.slice(0, k).map((id) => all.logits[id]));
    expect(top.sorted).toBe(true);
  });
});

it("finds the few likeliest of a whole vocabulary by the maxima of blocks, known or not", async () => {
  const vocabulary = fc.record({
    logits: fc.array(logit, { minLength: 600, maxLength: 3000, size: "max" }),
    k: fc.integer({ min: 1, max: 12 }),
  });
  await property(
    vocabulary,
    ({ logits, k }) => {
      const all = candidatesOf(Float32Array.from(logits));
      const order = [...all.ids].sort(
        (a, b) => (all.logits[b] === all.logits[a] ? 0 : all.logits[b] - all.logits[a]) || a - b,
      );
      expect([...selectTop(all, k).ids]).toEqual(order.slice(0, k));
      const { ids, logits: own } = all;
      expect(selectTop({ ids, logits: own, sorted: false }, k)).toEqual(selectTop(all, k));
    },
    { runs: 100 },
  );
});

it("takes NaN for impossible, wherever it is", () => {
  const logits = Float32Array.from({ length: 2000 }, (_, i) => (i % 700 === 3 ? NaN : -i));
  expect([...selectTop(candidatesOf(logits), 4).ids]).toEqual([0, 1, 2, 4]);
  expect([...selectTop({ ...candidatesOf(logits), logits: candidatesOf(logits).logits }, 4).ids]).toEqual([0, 1, 2, 4]);
});
