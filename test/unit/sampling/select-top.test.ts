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
