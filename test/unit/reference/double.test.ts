import fc from "fast-check";
import { expect, it } from "vitest";
import { cos, exp64, log, pow, sin } from "../../../kernels/reference/index.ts";
import { property } from "../../support/property.ts";
import { expectWithin } from "./measure.ts";

const angle = fc.oneof(
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.double({ min: -10, max: 10, noNaN: true }),
  fc.integer({ min: -1_000_000, max: 1_000_000 }),
  fc.integer({ min: -636_000, max: 636_000 }).map((n) => (n * Math.PI) / 2), // close to where one of them is 0
);

it("sin and cos are within 5e−16 up to 1,000,000", () =>
  property(
    angle,
    (x) => {
      expectWithin(sin(x), Math.sin(x), 5e-16, `sin ${x}`);
      expectWithin(cos(x), Math.cos(x), 5e-16, `cos ${x}`);
    },
    { runs: 50_000 },
  ));

it("sin and cos at their edges", () => {
  expect([sin(0), cos(0), sin(1e-300), cos(1e-300)]).toEqual([0, 1, 1e-300, 1]);
  expect([sin(NaN), cos(NaN)]).toEqual([NaN, NaN]);
});

it("log is within 1e−15 of its value", () =>
  property(
    fc.oneof(
      fc.double({ min: 0, max: Infinity, minExcluded: true, maxExcluded: true, noNaN: true }),
      fc.double({ min: 0.25, max: 4, noNaN: true }),
    ),
    (x) => expectWithin(log(x), Math.log(x), 1e-15 * Math.abs(Math.log(x)), `log ${x}`),
    { runs: 50_000 },
  ));

it("log at its edges", () => {
  expect([log(1), log(0), log(-0), log(Infinity), log(-1), log(NaN)]).toEqual([
    0,
    -Infinity,
    -Infinity,
    Infinity,
    NaN,
    NaN,
  ]);
  expectWithin(log(5e-324), Math.log(5e-324), 1e-12);
});

it("exp64 is within 1e−15 of its value", () =>
  property(
    fc.oneof(fc.double({ min: -708, max: 709.5, noNaN: true }), fc.double({ min: -2, max: 2, noNaN: true })),
    (x) => expectWithin(exp64(x), Math.exp(x), 1e-15 * Math.exp(x), `exp64 ${x}`),
    { runs: 50_000 },
  ));

it("exp64 at its edges", () => {
  expect([exp64(0), exp64(-0), exp64(Infinity), exp64(-Infinity), exp64(NaN)]).toEqual([1, 1, Infinity, 0, NaN]);
  expect([exp64(709.79), exp64(-746)]).toEqual([Infinity, 0]);
  expectWithin(exp64(-740), Math.exp(-740), 5e-324);
});

it("pow is within 1e−15·(1 + |y·ln x|) of its value", () =>
  property(
    fc.tuple(fc.double({ min: 1e-3, max: 1e7, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true })),
    ([x, y]) => {
      const exact = Math.pow(x, y);
      expectWithin(pow(x, y), exact, 1e-15 * (1 + Math.abs(y * Math.log(x))) * exact, `${x} ** ${y}`);
    },
    { runs: 50_000 },
  ));

it("pow at its edges", () => {
  expect([pow(0, 0), pow(5, 0), pow(1, 1e9), pow(0, 2), pow(0, -1)]).toEqual([1, 1, 1, 0, Infinity]);
  expect([pow(-1, 2), pow(NaN, 1), pow(2, NaN), pow(Infinity, 1)]).toEqual([NaN, NaN, NaN, Infinity]);
});
