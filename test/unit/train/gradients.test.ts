import fc from "fast-check";
import { expect, test } from "vitest";
import * as reference from "../../../kernels/reference/index.ts";
import { property } from "../../support/property.ts";

/*
 * Each operation's backward pass against finite differences of its formula in double precision: the derivative of
 * Σ dy·y along a random direction is Σ gradient·direction.
 */

type Numbers = readonly number[];
const list = (n: number, size = 2) =>
  fc
    .array(fc.double({ min: -size, max: size, noNaN: true }), { minLength: n, maxLength: n })
    .map((x) => x.map(Math.fround));
const single = (x: Numbers) => Float32Array.from(x);
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, x, i) => sum + x * b[i], 0);

/** The central difference, of fourth order, of f at x along d. */
function slope(f: (x: Numbers) => number, x: Numbers, d: Numbers): number {
  const h = 1e-3;
  const at = (step: number) => f(x.map((value, i) => value + step * d[i]));
  return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
}

/** Equal but for 1e-3 of the sum's size; terms may cancel, so the size is that of the terms. */
function expectSlope(gradient: Float32Array, d: Numbers, expected: number): void {
  const size = Array.from(gradient).reduce((sum, g, i) => sum + Math.abs(g * d[i]), 1e-3);
  expect(Math.abs(dot(gradient, d) - expected)).toBeLessThanOrEqual(1e-3 * Math.max(size, Math.abs(expected)));
}

test("linear", async () => {
  const [tokens, rows, columns] = [3, 4, 5];
  const arbitrary = fc.tuple(list(15), list(20), list(12), list(15), list(20));
  await property(
    arbitrary,
    ([x, w, dy, toX, toW]) => {
      const f = (x: Numbers, w: Numbers) => {
        let sum = 0;
        for (let t = 0; t < tokens; t++) {
          for (let r = 0; r < rows; r++) {
            for (let k = 0; k < columns; k++) sum += dy[t * rows + r] * x[t * columns + k] * w[r * columns + k];
          }
        }
        return sum;
      };
      const [dx, dw] = [new Float32Array(15), new Float32Array(20)];
      reference.linearBackward(single(x), single(w), single(dy), tokens, rows, columns, dx, dw);
      expectSlope(
        dx,
        toX,
        slope((x) => f(x, w), x, toX),
      );
      expectSlope(
        dw,
        toW,
        slope((w) => f(x, w), w, toW),
      );
    },
    { runs: 100 },
  );
});

test("rmsNorm", async () => {
  const n = 6;
  const arbitrary = fc.tuple(list(12), list(n), list(12), list(12), list(n));
  await property(
    arbitrary,
    ([x, w, dy, toX, toW]) => {
      const f = (x: Numbers, w: Numbers) =>
        dot(
          dy,
          x.map((value, i) => {
            const row = x.slice(i - (i % n), i - (i % n) + n);
            return (value * w[i % n]) / Math.sqrt(dot(row, row) / n + 0.01);
          }),
        );
      const [dx, dw] = [new Float32Array(12), new Float32Array(n)];
      reference.rmsNormBackward(single(x), single(w), 0.01, single(dy), dx, dw);
      expectSlope(
        dx,
        toX,
        slope((x) => f(x, w), x, toX),
      );
      expectSlope(
        dw,
        toW,
        slope((w) => f(x, w), w, toW),
      );
    },
    { runs: 100 },
  );
});

test("swiglu", async () => {
  await property(
    fc.tuple(list(6, 8), list(6), list(6), list(6), list(6)),
    ([gate, up, dy, toGate, toUp]) => {
      const f = (gate: Numbers, up: Numbers) =>
        dot(
          dy,
          gate.map((g, i) => (g / (1 + Math.exp(-g))) * up[i]),
        );
      const [dGate, dUp] = [new Float32Array(6), new Float32Array(6)];
      reference.swigluBackward(single(gate), single(up), single(dy), dGate, dUp);
      expectSlope(
        dGate,
        toGate,
        slope((gate) => f(gate, up), gate, toGate),
      );
      expectSlope(
        dUp,
        toUp,
        slope((up) => f(gate, up), up, toUp),
      );
    },
    { runs: 100 },
  );
});

test("rope, both pairings", async () => {
  const [tokens, heads, headLength, rotary] = [2, 2, 6, 4];
  const table = reference.ropeTable({ positions: [3, 11], pairs: rotary / 2, base: 100 });
  const total = tokens * heads * headLength;
  await property(
    fc.tuple(list(total), list(total), list(total), fc.constantFrom("adjacent" as const, "halves" as const)),
    ([x, dy, toX, pairing]) => {
      const f = (x: Numbers) =>
        dot(
          dy,
          x.map((value, i) => {
            const [within, t] = [i % headLength, Math.floor(i / (heads * headLength))];
            if (within >= rotary) return value;
            const pair = pairing === "adjacent" ? within >> 1 : within % (rotary / 2);
            const first = pairing === "adjacent" ? within % 2 === 0 : within < rotary / 2;
            const other = x[i + (first ? 1 : -1) * (pairing === "adjacent" ? 1 : rotary / 2)];
            const angle = [3, 11][t] * 100 ** ((-2 * pair) / rotary);
            return value * Math.cos(angle) + (first ? -1 : 1) * other * Math.sin(angle);
          }),
        );
      const dx = new Float32Array(total);
      reference.ropeBackward(single(dy), tokens, heads, headLength, rotary, pairing, table, dx);
      expectSlope(dx, toX, slope(f, x, toX));
    },
    { runs: 100 },
  );
});

test("attention", async () => {
  const shape = { tokens: 5, keyLength: 3, valueLength: 2, scale: 0.6 };
  const { tokens, keyLength, valueLength, scale } = shape;
  const [ofKeys, ofValues] = [tokens * keyLength, tokens * valueLength];
  await property(
    fc.tuple(list(ofKeys), list(ofKeys), list(ofValues), list(ofValues), list(ofKeys), list(ofKeys), list(ofValues)),
    ([q, k, v, dOut, toQ, toK, toV]) => {
      const f = (q: Numbers, k: Numbers, v: Numbers) => {
        let sum = 0;
        for (let t = 0; t < tokens; t++) {
          const row = (x: Numbers, s: number, n: number) => x.slice(s * n, s * n + n);
          const exps = Array.from({ length: t + 1 }, (_, s) =>
            Math.exp(scale * dot(row(q, t, keyLength), row(k, s, keyLength))),
          );
          const total = exps.reduce((a, b) => a + b);
          exps.forEach((e, s) => (sum += (e / total) * dot(row(v, s, valueLength), row(dOut, t, valueLength))));
        }
        return sum;
      };
      const weights = new Float32Array(tokens * tokens);
      const [dq, dk, dv] = [new Float32Array(ofKeys), new Float32Array(ofKeys), new Float32Array(ofValues)];
      reference.attentionHead(single(q), single(k), single(v), shape, weights, new Float32Array(ofValues));
      reference.attentionHeadBackward(single(q), single(k), single(v), weights, single(dOut), shape, dq, dk, dv);
      expectSlope(
        dq,
        toQ,
        slope((q) => f(q, k, v), q, toQ),
      );
      expectSlope(
        dk,
        toK,
        slope((k) => f(q, k, v), k, toK),
      );
      expectSlope(
        dv,
        toV,
        slope((v) => f(q, k, v), v, toV),
      );
    },
    { runs: 100 },
  );
});

test("embed", async () => {
  const tokens = Int32Array.of(2, 0, 2);
  await property(
    fc.tuple(list(9), list(9), list(9)),
    ([table, dy, toTable]) => {
      const f = (table: Numbers) =>
        dot(
          dy,
          [...tokens].flatMap((token) => table.slice(3 * token, 3 * token + 3)),
        );
      const dTable = new Float32Array(9);
      reference.embedBackward(tokens, 3, single(dy), dTable);
      expectSlope(dTable, toTable, slope(f, table, toTable));
    },
    { runs: 100 },
  );
});
