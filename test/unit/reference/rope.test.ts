import fc from "fast-check";
import { expect, it } from "vitest";
import { dot, rope, type RopeOptions, type RopePairing, ropeTable } from "../../../kernels/reference/index.ts";
import { property } from "../../support/property.ts";
import { expectWithin, singles, u } from "./measure.ts";

const pairing = fc.constantFrom<RopePairing>("adjacent", "halves");
const base = fc.constantFrom(10_000, 100_000, 500_000, 1_000_000);
const positions = fc.array(fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 131_072 })), { maxLength: 4 });

/** Every cosine and sine against `angle` radians times `magnitude`, rounded once, plus what the frequency's error makes. */
function checkTable(options: RopeOptions, frequencyOf: (pair: number) => number, magnitude = 1): void {
  const table = ropeTable(options);
  for (let t = 0; t < options.positions.length; t++) {
    for (let i = 0; i < options.pairs; i++) {
      const angle = options.positions[t] * frequencyOf(i);
      const bound = magnitude * (u + 1e-15 + 3e-14 * angle);
      const at = t * options.pairs + i;
      expectWithin(table.cos[at], magnitude * Math.cos(angle), bound, "cos");
      expectWithin(table.sin[at], magnitude * Math.sin(angle), bound, "sin");
    }
  }
}

it("the table holds cos and sin of p·base^(−i/pairs)", () =>
  property(fc.tuple(positions, fc.integer({ min: 1, max: 64 }), base), ([p, pairs, b]) =>
    checkTable({ positions: p, pairs, base: b }, (i) => Math.pow(b, -i / pairs)),
  ));

it("linear scaling, frequency factors and the attention factor", () =>
  property(
    fc.tuple(
      positions,
      base,
      fc.double({ min: 1, max: 64, noNaN: true }),
      fc.double({ min: 0.5, max: 2, noNaN: true }),
      singles(8, 8),
    ),
    ([p, b, factor, attentionFactor, raw]) => {
      const factors = raw.map((x) => 1 + Math.abs(x));
      checkTable(
        { positions: p, pairs: 8, base: b, scaling: { type: "linear", factor }, factors, attentionFactor },
        (i) => Math.pow(b, -i / 8) / factors[i] / factor,
        attentionFactor,
      );
      checkTable(
        { positions: p, pairs: 8, base: b, scaling: { type: "none" }, factors },
        (i) => Math.pow(b, -i / 8) / factors[i],
      );
    },
  ));

it("YaRN as llama.cpp writes it: angles mixed per pair by a ramp, cos and sin lengthened", () =>
  property(
    fc.tuple(
      positions,
      fc.constantFrom(16, 32, 64),
      base,
      fc.constantFrom(2048, 4096, 32_768),
      fc.constantFrom(2, 4, 16, 32),
    ),
    ([p, pairs, b, originalContextLength, factor]) => {
      const width = 2 * pairs;
      const dimension = (turns: number) =>
        (width * Math.log(originalContextLength / (turns * 2 * Math.PI))) / (2 * Math.log(b));
      const start = Math.max(0, Math.floor(dimension(32)));
      const end = Math.min(width - 1, Math.ceil(dimension(1)));
      const frequencyOf = (i: number) => {
        const ramp = 1 - Math.min(1, Math.max(0, (i - start) / Math.max(0.001, end - start)));
        const extrapolated = Math.pow(b, -i / pairs);
        return (extrapolated / factor) * (1 - ramp) + extrapolated * ramp;
      };
      const scaling = { type: "yarn", factor, originalContextLength } as const;
      checkTable({ positions: p, pairs, base: b, scaling }, frequencyOf, 1 + 0.1 * Math.log(factor));
      checkTable(
        { positions: p, pairs, base: b, scaling: { ...scaling, magnitude: 1.25 }, attentionFactor: 2 },
        frequencyOf,
        2.5,
      );
      const off = { ...scaling, extrapolationFactor: 0 };
      checkTable({ positions: p, pairs, base: b, scaling: off }, (i) => Math.pow(b, -i / pairs) / factor);
    },
  ));

const rotation = fc
  .tuple(pairing, fc.nat({ max: 3 }), fc.integer({ min: 1, max: 3 }), fc.nat({ max: 6 }), fc.nat({ max: 5 }))
  .chain(([how, tokens, heads, pairs, rest]) =>
    fc.record({
      how: fc.constant(how),
      heads: fc.constant(heads),
      pairs: fc.constant(pairs),
      headLength: fc.constant(2 * pairs + rest),
      at: fc.array(fc.nat({ max: 5000 }), { minLength: tokens, maxLength: tokens }),
      x: singles(tokens * heads * (2 * pairs + rest), 100),
    }),
  );

it("rope turns each pair by its token's angle and copies the rest; it may write over its input", () =>
  property(rotation, ({ how, heads, pairs, headLength, at, x }) => {
    const table = ropeTable({ positions: at, pairs, base: 10_000 });
    const out = new Float32Array(x.length);
    rope(x, at.length, heads, headLength, 2 * pairs, how, table, out);
    for (let start = 0; start < x.length; start += headLength) {
      const t = Math.floor(start / (heads * headLength));
      for (let i = 0; i < pairs; i++) {
        const [i0, i1] = how === "adjacent" ? [2 * i, 2 * i + 1] : [i, i + pairs];
        const [x0, x1] = [x[start + i0], x[start + i1]];
        const [c, s] = [table.cos[t * pairs + i], table.sin[t * pairs + i]];
        const bound = 2 * u * (Math.abs(x0) + Math.abs(x1)) + 2 ** -148;
        expectWithin(out[start + i0], x0 * c - x1 * s, bound);
        expectWithin(out[start + i1], x0 * s + x1 * c, bound);
      }
      for (let i = 2 * pairs; i < headLength; i++) expect(out[start + i]).toBe(x[start + i]);
    }
    rope(x, at.length, heads, headLength, 2 * pairs, how, table, x);
    expect(x).toEqual(out);
  }));

it("position 0 turns nothing", () => {
  const x = Float32Array.of(1, 2, 3, 4);
  rope(x, 1, 1, 4, 4, "halves", ropeTable({ positions: [0], pairs: 2, base: 10_000 }), x);
  expect([...x]).toEqual([1, 2, 3, 4]);
});

it("the product of a rotated query and key depends on the distance of their positions only", () =>
  property(
    fc.tuple(pairing, singles(16, 1), singles(16, 1), fc.nat({ max: 999 }), fc.nat({ max: 999 }), fc.nat({ max: 999 })),
    ([how, q, k, m, n, shift]) => {
      const product = (pq: number, pk: number): number => {
        const [a, b] = [new Float32Array(16), new Float32Array(16)];
        rope(q, 1, 1, 16, 16, how, ropeTable({ positions: [pq], pairs: 8, base: 10_000 }), a);
        rope(k, 1, 1, 16, 16, how, ropeTable({ positions: [pk], pairs: 8, base: 10_000 }), b);
        return dot(a, 0, b, 0, 16);
      };
      expectWithin(product(m + shift, n + shift), product(m, n), 400 * u);
    },
  ));
