import fc from "fast-check";
import { expect, test } from "vitest";
import * as reference from "../../../kernels/reference/index.ts";
import { compileTrainingKernels, instantiateTrainingKernels } from "../../../kernels/wasm/index.ts";
import { Heap } from "../../laws/wasm-harness.ts";
import { property } from "../../support/property.ts";

const heap = new Heap(true);
const kernels = instantiateTrainingKernels(await compileTrainingKernels(), heap.memory);

const eights = (most: number) => fc.integer({ min: 1, max: most }).map((n) => 8 * n);
const seed = fc.integer({ min: 1, max: 2 ** 31 });

/** Numbers of different sizes, the same for the same seed. */
function numbers(n: number, from: number): Float32Array {
  let state = from;
  return Float32Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state / 2 ** 31) * 2 ** ((state >>> 9) & 3);
  });
}

function expectSame(at: number, expected: Float32Array): void {
  expect(heap.floats(at, expected.length)).toEqual(expected);
}

test("products add in order", async () => {
  await property(
    fc.record({ tokens: eights(4), rows: eights(7), columns: eights(7), seed, add: fc.boolean() }),
    ({ tokens, rows, columns, seed, add }) => {
      heap.reset();
      const x = numbers(tokens * columns, seed);
      const weight = numbers(rows * columns, seed + 1);
      const dy = numbers(tokens * rows, seed + 2);
      const [y, dx] = [new Float32Array(tokens * rows), numbers(tokens * columns, seed + 3)];
      const dWeight = numbers(rows * columns, seed + 4);
      const at = { x: heap.put(x), w: heap.put(weight), dy: heap.put(dy), dx: heap.put(dx), dw: heap.put(dWeight) };
      const [packed, strips] = [heap.take(4 * rows * columns), heap.take(4 * tokens * rows)];
      const [panels, out] = [heap.take(4 * tokens * columns), heap.take(4 * tokens * rows)];

      reference.linearInOrder(x, weight, tokens, rows, columns, y);
      kernels.packTransposed(at.w, columns, rows, columns, packed);
      kernels.product(at.x, columns, packed, out, rows, tokens, rows, columns, 0);
      expectSame(out, y);

      reference.linearBackward(x, weight, dy, tokens, rows, columns, dx, dWeight, add);
      kernels.packPanels(at.w, columns, rows, columns, packed);
      kernels.product(at.dy, rows, packed, at.dx, columns, tokens, columns, rows, Number(add));
      expectSame(at.dx, dx);
      kernels.packStrips(at.dy, rows, tokens, rows, strips, 0);
      kernels.packPanels(at.x, columns, tokens, columns, panels);
      kernels.productPacked(strips, panels, at.dw, columns, rows, columns, tokens, 1);
      expectSame(at.dw, dWeight);
    },
    { runs: 60 },
  );
});

test("attention and its gradients", async () => {
  await property(
    fc.record({ tokens: eights(6), length: eights(4), seed }),
    ({ tokens, length, seed }) => {
      heap.reset();
      const [q, k, v, dOut] = [0, 1, 2, 3].map((i) => numbers(tokens * length, seed + i));
      const shape = { tokens, keyLength: length, valueLength: length, scale: 0.3 };
      const weights = new Float32Array(tokens * tokens);
      const [out, dq] = [new Float32Array(tokens * length), new Float32Array(tokens * length)];
      const [dk, dv] = [numbers(tokens * length, seed + 4), numbers(tokens * length, seed + 5)];
      const [atQ, atK, atV, atDOut] = [q, k, v, dOut].map((data) => heap.put(data));
      const [atDk, atDv] = [heap.put(dk), heap.put(dv)];
      const [p, d, packed, square] = [tokens, tokens, length, tokens].map((n) => heap.take(4 * tokens * n));
      const [atOut, atDq] = [heap.take(4 * tokens * length), heap.take(4 * tokens * length)];

      reference.attentionHead(q, k, v, shape, weights, out);
      kernels.packTransposed(atK, length, tokens, length, packed);
      kernels.productLower(atQ, length, packed, p, tokens, length);
      kernels.softmaxCausal(p, tokens, 0.3);
      kernels.packPanels(atV, length, tokens, length, packed);
      kernels.productByLower(p, packed, atOut, length, tokens, length, 0);
      expectSame(atOut, out);

      reference.attentionHeadBackward(q, k, v, weights, dOut, shape, dq, dk, dv);
      kernels.packTransposed(atV, length, tokens, length, packed);
      kernels.productLower(atDOut, length, packed, d, tokens, length);
      kernels.packStrips(p, tokens, tokens, tokens, square, 1);
      kernels.packPanels(atDOut, length, tokens, length, packed);
      kernels.productByUpper(square, packed, atDv, length, tokens, length, 1);
      expectSame(atDv, dv);
      kernels.softmaxCausalBackward(p, d, tokens, 0.3);
      kernels.packPanels(atK, length, tokens, length, packed);
      kernels.productByLower(d, packed, atDq, length, tokens, length, 0);
      expectSame(atDq, dq);
      kernels.packStrips(d, tokens, tokens, tokens, square, 1);
      kernels.packPanels(atQ, length, tokens, length, packed);
      kernels.productByUpper(square, packed, atDk, length, tokens, length, 1);
      expectSame(atDk, dk);
    },
    { runs: 60 },
  );
});

test("gradients of norm, gate and embedding, and the optimizer", async () => {
  await property(
    fc.record({ rows: fc.integer({ min: 1, max: 9 }), n: eights(5), seed, add: fc.boolean() }),
    ({ rows, n, seed, add }) => {
      heap.reset();
      const [x, y, dy, dx, dz] = [0, 1, 2, 3, 4].map((i) => numbers(rows * n, seed + i));
      const [weight, dWeight] = [numbers(n, seed + 5), numbers(n, seed + 6)];
      const [atX, atY, atDy, atDx, atDz] = [x, y, dy, dx, dz].map((data) => heap.put(data));
      const [atW, atDw] = [heap.put(weight), heap.put(dWeight)];
      reference.rmsNormBackward(x, weight, 1e-5, dy, dx, dWeight, add);
      kernels.rmsNormBackward(atX, atW, 1e-5, atDy, rows, n, atDx, atDw, Number(add));
      expectSame(atDx, dx);
      expectSame(atDw, dWeight);

      reference.swigluBackward(x, y, dy, dx, dz);
      kernels.swigluBackward(atX, atY, atDy, rows * n, atDx, atDz, 0, 0);
      expectSame(atDx, dx);
      expectSame(atDz, dz);

      const tokens = Int32Array.from({ length: rows }, (_, t) => (t * seed) % 3);
      const [table, atTokens] = [numbers(3 * n, seed), heap.put(tokens)];
      const atTable = heap.put(table);
      reference.embedBackward(tokens, n, dy, table);
      kernels.embedBackward(atTokens, rows, n, atDy, atTable);
      expectSame(atTable, table);

      const step = { beta1: 0.9, beta2: 0.95, rate: 1e-3, keep: 0.999, root: 1.5, epsilon: 1e-8 };
      const v = y.map(Math.abs);
      const atV = heap.put(v);
      reference.adamW(x, dy, dx, v, 0.7, step);
      const { beta1, beta2, rate, keep, root, epsilon } = step;
      kernels.adamW(atX, atDy, atDx, atV, rows * n, 0.7, beta1, beta2, rate, keep, root, epsilon);
      expectSame(atX, x);
      expectSame(atDx, dx);
      expectSame(atV, v);
    },
    { runs: 60 },
  );
});

test("gradients of units are added in order, and measured in double precision", () => {
  heap.reset();
  const units = [1, 2, 3].map((seed) => numbers(24, seed));
  const all = Float32Array.from(units.flatMap((unit) => [...unit]));
  const at = heap.put(all);
  const sum = units[0].map((g, i) => Math.fround(Math.fround(Math.fround(g + units[1][i]) + units[2][i]) * 0.25));
  const squares = kernels.reduceGradients(at, 96, 3, 24, 0.25);
  expectSame(at, sum);
  expect(squares).toBeCloseTo(
    sum.reduce((total, g) => total + g * g, 0),
    10,
  );
});
