import fc from "fast-check";
import { expect, it } from "vitest";
import { geglu, gelu, geluQuick, silu, softCap, softmax, swiglu } from "../../../kernels/reference/index.ts";
import { property } from "../../support/property.ts";
import { expectWithin, singles, sum, u } from "./measure.ts";

/** One value through an operation on arrays. */
const of = (operation: (x: Float32Array, out: Float32Array) => void, x: number): number => {
  const out = Float32Array.of(x);
  operation(out, out);
  return out[0];
};
const value = fc.float({ min: -100, max: 100, noNaN: true });
const siluExact = (x: number): number => x / (1 + Math.exp(-x));
const geluExact = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
/** Below this, exp(−x) is infinite and the result 0. */
const floor = 3e-37;

it("silu is within 6·u of its value", () =>
  property(value, (x) => expectWithin(of(silu, x), siluExact(x), 6 * u * Math.abs(siluExact(x)) + floor)));

it("geluQuick is within (6 + 3.5·|x|)·u of its value", () =>
  property(value, (x) => {
    const exact = x / (1 + Math.exp(-1.702 * x));
    expectWithin(of(geluQuick, x), exact, (6 + 3.5 * Math.abs(x)) * u * Math.abs(exact) + floor);
  }));

it("gelu is within 5·u·|x| of its value", () =>
  property(value, (x) => expectWithin(of(gelu, x), geluExact(x), 5 * u * Math.abs(x) + 2 ** -149)));

it("swiglu and geglu are their gate times up, rounded", () =>
  property(fc.tuple(singles(5, 20), singles(5, 20)), ([gate, up]) => {
    const [s, g] = [new Float32Array(5), new Float32Array(5)];
    swiglu(gate, up, s);
    geglu(gate, up, g);
    for (let i = 0; i < 5; i++) {
      expect(s[i]).toBe(Math.fround(of(silu, gate[i]) * up[i]));
      expect(g[i]).toBe(Math.fround(of(gelu, gate[i]) * up[i]));
    }
  }));

it("activations at their edges", () => {
  expect([Infinity, -Infinity, NaN, 0, 1e30, -1e30].map((x) => of(silu, x))).toEqual([
    Infinity,
    NaN,
    NaN,
    0,
    Math.fround(1e30),
    -0,
  ]);
  expect([Infinity, NaN, 0, 1e30, -1e30].map((x) => of(gelu, x))).toEqual([Infinity, NaN, 0, Math.fround(1e30), -0]);
  expect(of(silu, 2 ** -149)).toBe(0); // half of the smallest denormal, rounded to even
});

it("softCap is within 8·u of its value and never above the cap", () =>
  property(
    fc.tuple(fc.float({ min: -1e4, max: 1e4, noNaN: true }), fc.float({ min: 1, max: 100, noNaN: true })),
    ([x, cap]) => {
      const y = of((a, out) => softCap(a, cap, out), x);
      const exact = cap * Math.tanh(x / cap);
      expectWithin(y, exact, 8 * u * Math.abs(exact) + cap * 2 ** -148);
      expect(Math.abs(y)).toBeLessThanOrEqual(cap);
    },
  ));

it("softmax is within (n/4 + 4·range + 8)·u of its value", () =>
  property(
    fc.integer({ min: 1, max: 40 }).chain((n) => singles(2 * n, 50)),
    (x) => {
      const n = x.length / 2;
      const out = x.slice();
      softmax(out, 2, n, out);
      for (const row of [0, n]) {
        const largest = Math.max(...x.subarray(row, row + n));
        const range = largest - Math.min(...x.subarray(row, row + n));
        const total = sum(n, (i) => Math.exp(x[row + i] - largest));
        for (let i = row; i < row + n; i++) {
          const exact = Math.exp(x[i] - largest) / total;
          expectWithin(out[i], exact, (n / 4 + 4 * range + 8) * u * exact + 2 ** -148);
        }
      }
    },
  ));

it("softmax at its edges", () => {
  const of = (...x: number[]): number[] => {
    const out = new Float32Array(x);
    softmax(out, 1, x.length, out);
    return [...out];
  };
  expect(of(1e30, -1e30)).toEqual([1, 0]);
  expect(of(5, 5, 5, 5)).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect(of(0, -Infinity)).toEqual([1, 0]);
  expect(of(-Infinity, -Infinity)).toEqual([NaN, NaN]);
  expect(of(0, NaN)).toEqual([NaN, NaN]);
  expect(of()).toEqual([]);
});
