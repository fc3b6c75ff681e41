import { expect, it } from "vitest";
import { exp, tanh } from "../../../kernels/reference/index.ts";
import { allExponents, ulps } from "./measure.ts";

const f = Math.fround;

it("exp is within one unit in the last place for every exponent", () => {
  let worst = 0;
  for (const x of allExponents(2000)) worst = Math.max(worst, ulps(exp(x), Math.exp(x)));
  expect(worst).toBeLessThanOrEqual(1);
  expect(worst).toBeGreaterThan(0.5); // so the measure does measure
});

it("exp is within one unit in the last place where results are denormal, overflow or near 1", () => {
  let worst = 0;
  for (let i = 0; i < 300_000; i++) {
    for (const x of [f(-87 - i * 6e-5), f(88 + i * 4e-6), f(-i * 1e-6), f(i * 1e-6), f(-i * 3e-4)]) {
      worst = Math.max(worst, ulps(exp(x), Math.exp(x)));
    }
  }
  expect(worst).toBeLessThanOrEqual(1);
});

it("exp at its edges", () => {
  expect([exp(0), exp(-0)]).toEqual([1, 1]);
  expect([exp(Infinity), exp(-Infinity), exp(NaN)]).toEqual([Infinity, 0, NaN]);
  expect([exp(f(88.73)), exp(3e38), exp(-104), exp(-3e38)]).toEqual([Infinity, Infinity, 0, 0]);
  expect(exp(f(88.722))).toBeLessThan(Infinity);
  expect(exp(f(-103.9))).toBe(2 ** -149);
  expect(exp(2 ** -149)).toBe(1);
});

it("exp is a single-precision number and never falls as x grows by a step of 2⁻⁸", () => {
  let before = 0;
  for (let x = -105; x < 90; x += 2 ** -8) {
    const y = exp(x);
    if (y !== f(y) || y < before) throw new Error(`exp(${x}) = ${y} after ${before}`);
    before = y;
  }
});

it("tanh is within 2 units in the last place for every exponent, odd, and ±1 at the ends", () => {
  let worst = 0;
  for (const x of allExponents(2000)) {
    worst = Math.max(worst, ulps(tanh(x), Math.tanh(x)));
    if (tanh(-x) !== -tanh(x) && !Number.isNaN(x)) throw new Error(`tanh is not odd at ${x}`);
  }
  for (let i = 0; i < 500_000; i++) worst = Math.max(worst, ulps(tanh(f(i * 2e-5)), Math.tanh(f(i * 2e-5))));
  expect(worst).toBeLessThanOrEqual(2);
  expect([tanh(Infinity), tanh(-Infinity), tanh(NaN), tanh(-0)]).toEqual([1, -1, NaN, 0]);
});
