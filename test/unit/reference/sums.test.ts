import fc from "fast-check";
import { expect, it } from "vitest";
import { dot, laneSum, sumOfSquares } from "../../../kernels/reference/index.ts";
import { property } from "../../support/property.ts";
import { expectWithin, singles, sum, tiny, u } from "./measure.ts";

const f = Math.fround;

/** The definition once more, with the lanes as an array. */
function lanes(terms: number[]): number {
  const s = [0, 0, 0, 0];
  terms.forEach((term, k) => (s[k % 4] = f(s[k % 4] + term)));
  return f(f(s[0] + s[2]) + f(s[1] + s[3]));
}

const pair = fc
  .nat({ max: 70 })
  .chain((n) => fc.tuple(singles(n, 1000), singles(n, 1000), fc.nat({ max: 3 }), fc.nat({ max: 3 })));

it("dot, laneSum and sumOfSquares add in four lanes, from any offset, for any length", () =>
  property(pair, ([a, b, aOffset, bOffset]) => {
    const n = a.length;
    const [longA, longB] = [new Float32Array(n + aOffset + 3).fill(NaN), new Float32Array(n + bOffset + 3).fill(NaN)];
    longA.set(a, aOffset);
    longB.set(b, bOffset);
    expect(dot(longA, aOffset, longB, bOffset, n)).toBe(lanes([...a].map((x, k) => f(x * b[k]))));
    expect(laneSum(longA, aOffset, n)).toBe(lanes([...a]));
    expect(sumOfSquares(longA, aOffset, n)).toBe(lanes([...a].map((x) => f(x * x))));
  }));

it("dot and laneSum are within (n/4 + 3)·u of the sum of magnitudes", () =>
  property(pair, ([a, b]) => {
    const n = a.length;
    const bound = (magnitude: number) => (n / 4 + 3) * u * magnitude + n * tiny;
    const dotMagnitude = sum(n, (k) => Math.abs(a[k] * b[k]));
    expectWithin(
      dot(a, 0, b, 0, n),
      sum(n, (k) => a[k] * b[k]),
      bound(dotMagnitude),
    );
    expectWithin(
      laneSum(a, 0, n),
      sum(n, (k) => a[k]),
      bound(sum(n, (k) => Math.abs(a[k]))),
    );
  }));

it("rounds each product and each sum to single precision", () => {
  const a = Float32Array.of(1 + 2 ** -12, 0, 0, 0, -1);
  expect(dot(a, 0, a, 0, 1)).toBe(1 + 2 ** -11); // the exact square has 2⁻²⁴ more
  expect(laneSum(Float32Array.of(1, 0, 0, 0, 2 ** -24, 0, 0, 0, 2 ** -24), 0, 9)).toBe(1);
  expect(laneSum(Float32Array.of(1, 2 ** -24, 0, 2 ** -24), 0, 4)).toBe(f(1 + 2 ** -23));
});

it("keeps denormals, infinities and NaN", () => {
  const d = Float32Array.of(tiny, 1, 3e38, Infinity, NaN);
  expect(dot(d, 0, d, 1, 1)).toBe(tiny);
  expect(dot(d, 0, d, 0, 1)).toBe(0);
  expect(dot(d, 2, d, 2, 1)).toBe(Infinity);
  expect(laneSum(d, 0, 4)).toBe(Infinity);
  expect(laneSum(d, 0, 5)).toBeNaN();
  expect(laneSum(d, 0, 0)).toBe(0);
});
