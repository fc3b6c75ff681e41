import fc from "fast-check";
import { expect, it } from "vitest";
import { add, addBias, layerNorm, multiply, rmsNorm, scale } from "../../../kernels/reference/index.ts";
import { property } from "../../support/property.ts";
import { expectWithin, singles, sum, tiny, u } from "./measure.ts";

const epsilon = 1e-5;
const cases = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.nat({ max: 3 }))
  .chain(([n, segments]) => fc.tuple(singles(n * segments, 10), singles(n, 4), singles(n, 4)));

it("rmsNorm is within (n/4 + 8)·u of its value, segment by segment", () =>
  property(cases, ([x, weight]) => {
    const n = weight.length;
    const out = new Float32Array(x.length);
    rmsNorm(x, weight, epsilon, out);
    for (let i = 0; i < x.length; i++) {
      const start = i - (i % n);
      const r = 1 / Math.sqrt(sum(n, (k) => x[start + k] ** 2) / n + epsilon);
      const exact = x[i] * r * weight[i % n];
      expectWithin(out[i], exact, (n / 4 + 8) * u * Math.abs(exact) + 4 * tiny);
    }
  }));

it("layerNorm is within 2·(n/4 + 8)·u of the magnitudes that it is made of", () =>
  property(cases, ([x, weight, bias]) => {
    const n = weight.length;
    const out = new Float32Array(x.length);
    layerNorm(x, weight, bias, epsilon, out);
    for (let i = 0; i < x.length; i++) {
      const segment = x.subarray(i - (i % n), i - (i % n) + n);
      const mean = sum(n, (k) => segment[k]) / n;
      const r = 1 / Math.sqrt(sum(n, (k) => (segment[k] - mean) ** 2) / n + epsilon);
      const exact = (x[i] - mean) * r * weight[i % n] + bias[i % n];
      const magnitude = Math.max(...segment.map(Math.abs)) * r * Math.abs(weight[i % n]) + Math.abs(bias[i % n]);
      expectWithin(out[i], exact, 2 * (n / 4 + 8) * u * magnitude + 4 * tiny);
    }
  }));

it("normalisation may write over its input, and a missing bias is none", () =>
  property(cases, ([x, weight]) => {
    const [a, b, c] = [new Float32Array(x.length), new Float32Array(x.length), new Float32Array(x.length)];
    rmsNorm(x, weight, epsilon, a);
    layerNorm(x, weight, undefined, epsilon, b);
    layerNorm(x, weight, new Float32Array(weight.length), epsilon, c);
    const [inA, inB] = [x.slice(), x.slice()];
    rmsNorm(inA, weight, epsilon, inA);
    layerNorm(inB, weight, undefined, epsilon, inB);
    expect(inA).toEqual(a);
    expect(inB).toEqual(b);
    b.forEach((y, i) => expect(y === c[i]).toBe(true));
  }));

it("normalisation at its edges", () => {
  const norm = (...x: number[]): Float32Array => {
    const out = new Float32Array(x.length);
    rmsNorm(new Float32Array(x), new Float32Array(x.length).fill(1), epsilon, out);
    return out;
  };
  expect([...norm(0, 0)]).toEqual([0, 0]);
  expect([...norm(tiny, 0)][0]).toBeGreaterThan(tiny);
  expect([...norm(1, NaN)]).toEqual([NaN, NaN]);
  expect([...norm(Infinity, 1)]).toEqual([NaN, 0]);
  expect([...norm(1e30, 1)]).toEqual([0, 0]); // the square overflows
});

it("add, multiply, scale and addBias round once and may write over their input", () =>
  property(fc.tuple(singles(6, 1e20), singles(6, 1e20), singles(3, 1e20)), ([a, b, bias]) => {
    const f = Math.fround;
    const run = (operation: (x: Float32Array) => void): number[] => {
      const x = a.slice();
      operation(x);
      return [...x];
    };
    expect(run((x) => add(x, b, x))).toEqual([...a].map((x, i) => f(x + b[i])));
    expect(run((x) => multiply(x, b, x))).toEqual([...a].map((x, i) => f(x * b[i])));
    expect(run((x) => scale(x, 0.1, x))).toEqual([...a].map((x) => f(x * f(0.1))));
    expect(run((x) => addBias(x, bias, 2, x))).toEqual([...a].map((x, i) => f(x + bias[i % 3])));
  }));
