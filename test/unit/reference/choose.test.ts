import fc from "fast-check";
import { expect, it } from "vitest";
import { argmax, topK } from "../../../kernels/reference/index.ts";
import { property } from "../../support/property.ts";

/** Few distinct numbers, so that ties are common. */
const logits = fc
  .array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(NaN, Infinity, -Infinity, -0), fc.float()), {
    maxLength: 30,
  })
  .map((x) => Float32Array.from(x));

it("topK lists the largest first, equals by place, NaN never", () =>
  property(fc.tuple(logits, fc.nat({ max: 35 })), ([x, k]) => {
    const top = [...topK(x, k)];
    expect(top.length).toBe(Math.min(k, x.filter((v) => !Number.isNaN(v)).length));
    for (let i = 1; i < top.length; i++) {
      const [a, b] = [x[top[i - 1]], x[top[i]]];
      expect(a > b || (a === b && top[i - 1] < top[i])).toBe(true);
    }
    x.forEach((v, i) => {
      if (!top.includes(i) && top.length > 0) expect(v > x[top[top.length - 1]]).toBe(false);
    });
  }));

it("argmax is the first of topK, anywhere in an array", () =>
  property(fc.tuple(logits, fc.nat({ max: 3 })), ([x, offset]) => {
    const longer = new Float32Array(x.length + offset).fill(1e9);
    longer.set(x, offset);
    const top = topK(x, 1);
    const first = top.length > 0 ? top[0] : -1;
    expect(argmax(longer, offset, x.length)).toBe(first);
    expect(argmax(longer, offset)).toBe(first);
  }));
