import fc from "fast-check";
import { expect, it } from "vitest";
import { F32 } from "../../../kernels/formats/index.ts";
import {
  alibiSlopes,
  clamp,
  gegluHalf,
  gelu,
  geluHalf,
  join,
  layerNorm,
  matmul,
  matmulHeads,
  positionScale,
  reluSquared,
  sigmoid,
  sigmoidGate,
  slice,
  swigluClamped,
} from "../../../kernels/reference/index.ts";
import { property } from "../../support/property.ts";
import { expectWithin, singles, u } from "./measure.ts";

const value = fc.float({ min: -100, max: 100, noNaN: true });
const one = (operation: (x: Float32Array, out: Float32Array) => void, x: number): number => {
  const out = Float32Array.of(x);
  operation(out, out);
  return out[0];
};

it("clamp keeps what is within the limit, and NaN", () => {
  const out = new Float32Array(5);
  clamp(Float32Array.of(-3, -1.5, 0.25, 2, NaN), 1.5, out);
  expect([...out]).toEqual([-1.5, -1.5, 0.25, 1.5, NaN]);
});

it("reluSquared is 0 below 0, the square above", () =>
  property(value, (x) => one(reluSquared, x) === (x > 0 ? Math.fround(x * x) : 0)));

it("sigmoid is within 5·u of its value, relatively", () =>
  property(value, (x) => {
    const exact = 1 / (1 + Math.exp(-x));
    expectWithin(one(sigmoid, x), exact, 5 * u * exact + 2 ** -126);
  }));

it("sigmoidGate lets a share of each row through", () =>
  property(fc.tuple(singles(6, 20), singles(2, 20)), ([x, gate]) => {
    const out = new Float32Array(6);
    sigmoidGate(x, gate, 3, out);
    for (let i = 0; i < 6; i++) {
      const share = one(sigmoid, gate[Math.floor(i / 3)]);
      expect(out[i]).toBe(Math.fround(x[i] * share));
    }
  }));

it("swigluClamped is within 8·u of its formula", () =>
  property(fc.tuple(value, value), ([gate, up]) => {
    const out = new Float32Array(1);
    swigluClamped(Float32Array.of(gate), Float32Array.of(up), out);
    const [g, v] = [Math.min(gate, 7), Math.max(-7, Math.min(7, up)) + 1];
    const exact = (g / (1 + Math.exp(-1.702 * g))) * v;
    // The sum up + 1 cancels near −1, and exp(−1.702·g) loses with the size of its argument.
    const scale = Math.abs(g / (1 + Math.exp(-1.702 * g)));
    // Where the exponential overflows single precision, the gate is 0.
    const overflow = Math.abs(g * v) / 3.4e38;
    expectWithin(out[0], exact, (8 + 3.5 * Math.abs(g)) * u * Math.abs(exact) + 2 * u * scale + overflow + 1e-44);
  }));

it("geluHalf is gelu with halves in and out; 0 below −10, the argument above 10", async () => {
  await property(fc.float({ min: -10, max: 10, minExcluded: true, maxExcluded: true, noNaN: true }), (x) => {
    // Half precision: 11 bits, denormals below 2⁻¹⁴ in steps of 2⁻²⁴. The slope of gelu is at most 1.13.
    const exact = one(gelu, x);
    expectWithin(one(geluHalf, x), exact, 2 ** -11 * Math.abs(exact) + 1.13 * 2 ** -11 * Math.abs(x) + 2 ** -24);
  });
  expect([-11, -10, 10, 12.3].map((x) => one(geluHalf, Math.fround(x)))).toEqual([0, 0, 10, Math.fround(12.3)]);
  const out = new Float32Array(1);
  gegluHalf(Float32Array.of(1.5), Float32Array.of(3), out);
  expect(out[0]).toBe(Math.fround(one(geluHalf, 1.5) * 3));
});

it("positionScale grows by steps of the interval", () => {
  const out = new Float32Array(4);
  positionScale(Float32Array.of(1, 1, 1, 2), [0, 15, 16, 40], { interval: 16, strength: 0.5, offset: 0 }, out);
  const factor = (position: number) => Math.fround(1 + 0.5 * Math.log(Math.floor(position / 16) + 1));
  expect([...out]).toEqual([1, 1, factor(16), 2 * factor(40)]);
});

it("alibiSlopes are those of the paper, and of its authors' code where the heads are no power of two", () => {
  expect([...alibiSlopes(8, 8)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((h) => 2 ** -h));
  expect([...alibiSlopes(6, 8)]).toEqual([2 ** -2, 2 ** -4, 2 ** -6, 2 ** -8, 2 ** -1, 2 ** -3]);
});

it("slices of a row join to the row", () =>
  property(singles(2 * 3 * 5, 10), (x) => {
    const [a, b, whole] = [new Float32Array(12), new Float32Array(18), new Float32Array(30)];
    slice(x, 5, 0, 2, a);
    slice(x, 5, 2, 3, b);
    join(a, b, 2, 3, whole);
    return Buffer.compare(Buffer.from(whole.buffer), Buffer.from(x.buffer)) === 0;
  }));

it("join repeats a part that all heads share", () => {
  const out = new Float32Array(6);
  join(Float32Array.of(1, 2, 3), Float32Array.of(9), 1, 3, out);
  expect([...out]).toEqual([1, 9, 2, 9, 3, 9]);
});

it("matmulHeads multiplies each head by its own matrix", () =>
  property(fc.tuple(singles(2 * 3 * 4, 4), singles(5 * 2 * 4, 4)), ([weights, x]) => {
    const matrix = (part: Float32Array, rows: number) => {
      const bytes = new Uint8Array(part.slice().buffer);
      return { format: F32, bytes, rows, columns: 4 };
    };
    const out = new Float32Array(5 * 2 * 3);
    matmulHeads("f32", matrix(weights, 6), x, 5, 2, out);
    for (let head = 0; head < 2; head++) {
      const alone = new Float32Array(3);
      for (let t = 0; t < 5; t++) {
        const start = (t * 2 + head) * 4;
        matmul("f32", matrix(weights.subarray(head * 12, (head + 1) * 12), 3), x.slice(start, start + 4), 1, alone);
        expect([...out.subarray((t * 2 + head) * 3, (t * 2 + head + 1) * 3)]).toEqual([...alone]);
      }
    }
  }));

it("layerNorm with a weight for each head is that of each head alone", () =>
  property(fc.tuple(singles(12, 10), singles(6, 2), singles(6, 2)), ([x, weight, bias]) => {
    const out = new Float32Array(12);
    layerNorm(x, weight, bias, 1e-5, out, 3);
    for (let segment = 0; segment < 4; segment++) {
      const row = (segment % 2) * 3;
      const alone = new Float32Array(3);
      layerNorm(
        x.slice(segment * 3, segment * 3 + 3),
        weight.slice(row, row + 3),
        bias.slice(row, row + 3),
        1e-5,
        alone,
      );
      expect([...out.subarray(segment * 3, segment * 3 + 3)]).toEqual([...alone]);
    }
  }));
