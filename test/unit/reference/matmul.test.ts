import fc from "fast-check";
import { expect, it } from "vitest";
import { blockFormats, createIntegerRow, F32, isIntegerFormat, Q4_1 } from "../../../kernels/formats/index.ts";
import {
  embed,
  type Matrix,
  matmul,
  matmulF32,
  matmulInt8,
  quantizeActivation,
} from "../../../kernels/reference/index.ts";
import { matrix, numbers, product } from "../../laws/kernels-arbitraries.ts";
import { property } from "../../support/property.ts";
import { expectWithin, singles, sum, tiny, u } from "./measure.ts";

const integerFormats = blockFormats.filter(isIntegerFormat);

/** All rows of a matrix. [rows, columns] */
function unpacked({ format, bytes, rows, columns }: Matrix): Float32Array {
  const out = new Float32Array(rows * columns);
  format.unpack(bytes, 0, out.length / format.blockLength, out, 0);
  return out;
}

it("matmulF32 is within (columns/4 + 3)·u of the sum of magnitudes, in every format", () =>
  property(product(), ({ weight, x, tokens }) => {
    const { rows, columns } = weight;
    const [w, out] = [unpacked(weight), new Float32Array(tokens * rows)];
    matmulF32(weight, x, tokens, out);
    for (let t = 0; t < tokens; t++) {
      for (let r = 0; r < rows; r++) {
        const term = (k: number): number => w[r * columns + k] * x[t * columns + k];
        const magnitude = sum(columns, (k) => Math.abs(term(k)));
        if (magnitude > 1e38 || Number.isNaN(magnitude)) continue; // random F32 and BF16 bytes overflow
        expectWithin(out[t * rows + r], sum(columns, term), (columns / 4 + 3) * u * magnitude + columns * tiny);
      }
    }
  }));

it("matmulInt8 is within (groups + 6)·u of the exact integers' product, so half a step an activation of the weights'", () =>
  property(product(integerFormats), ({ weight, x, tokens }) => {
    const { format, bytes, rows, columns } = weight;
    if (!isIntegerFormat(format)) return;
    const activation = quantizeActivation(x, tokens, columns);
    const [row, out] = [createIntegerRow(columns), new Float32Array(tokens * rows)];
    matmulInt8({ ...weight, format }, activation, tokens, out);
    const blocks = columns / format.blockLength;
    for (let r = 0; r < rows; r++) {
      format.unpackIntegers(bytes, r * blocks * format.blockBytes, blocks, row, 0);
      if (row.scale.some((scale) => scale > 1e30)) continue; // MXFP4 reaches 2¹²⁵: products overflow
      const scaled = (k: number): number => row.scale[k >> 5] * row.factor[k >> 4] * row.q[k];
      const offset = (k: number): number => (format.hasMin ? row.min[k >> 5] * row.offset[k >> 4] : 0);
      const w = (k: number): number => scaled(k) + offset(k);
      for (let t = 0; t < tokens; t++) {
        const step = (k: number): number => activation.scale[(t * columns + k) >> 5];
        const xq = (k: number): number => activation.q[t * columns + k] * step(k);
        const magnitude = sum(columns, (k) => (Math.abs(scaled(k)) + Math.abs(offset(k))) * Math.abs(xq(k)));
        const bound = (columns / 32 + 6) * u * magnitude + columns * 1e3 * tiny;
        const y = out[t * rows + r];
        expectWithin(
          y,
          sum(columns, (k) => w(k) * xq(k)),
          bound,
          format.name,
        );
        const rounding = 0.5001 * sum(columns, (k) => Math.abs(w(k)) * step(k));
        expectWithin(
          y,
          sum(columns, (k) => w(k) * x[t * columns + k]),
          bound + rounding,
          format.name,
        );
      }
    }
  }));

it("formats without integers compute in single precision under int8, the others do not", () =>
  property(product(), ({ weight, x, tokens }) => {
    const [a, b, c] = [0, 0, 0].map(() => new Float32Array(tokens * weight.rows));
    matmul("int8", weight, x, tokens, a);
    if (isIntegerFormat(weight.format)) {
      const activation = quantizeActivation(x, tokens, weight.columns);
      matmulInt8({ ...weight, format: weight.format }, activation, tokens, b);
    } else matmulF32(weight, x, tokens, b);
    matmul("f32", weight, x, tokens, c);
    expect(a).toEqual(b);
    matmulF32(weight, x, tokens, b);
    expect(c).toEqual(b);
  }));

it("quantizeActivation: q·scale is within half a step, the largest is ±127, sums are the halves'", () =>
  property(
    fc
      .tuple(fc.nat({ max: 3 }), fc.integer({ min: 1, max: 3 }))
      .chain(([tokens, groups]) => fc.tuple(fc.constant(tokens), singles(tokens * groups * 32, 1e6))),
    ([tokens, x]) => {
      const { q, scale, sums } = quantizeActivation(x, tokens, tokens === 0 ? 32 : x.length / tokens);
      expect([q.length, scale.length, sums.length]).toEqual([x.length, x.length / 32, x.length / 16]);
      x.forEach((v, k) => expectWithin(q[k] * scale[k >> 5], v, 0.50001 * scale[k >> 5] + 64 * tiny));
      sums.forEach((s, h) => expect(s).toBe(sum(16, (k) => q[16 * h + k])));
      scale.forEach((d, g) => {
        const largest = Math.max(...q.subarray(32 * g, 32 * g + 32).map(Math.abs));
        if (d > 2 ** -120) expect(largest).toBe(127);
        expect(Math.min(...q)).toBeGreaterThanOrEqual(-127);
      });
    },
  ));

it("quantizeActivation rounds half to even, and keeps infinities and NaN in the scale", () => {
  const of = (...first: number[]) => {
    const x = new Float32Array(32);
    x.set(first);
    const { q, scale } = quantizeActivation(x, 1, 32);
    return [scale[0], ...q.subarray(0, first.length)];
  };
  expect(of(127, 0.5, 1.5, 2.5, -0.5, -1.5, 63.5)).toEqual([1, 127, 0, 2, 2, 0, -2, 64]);
  expect(of(0, 0)).toEqual([0, 0, 0]);
  expect(of(tiny, 0)).toEqual([0, 0, 0]);
  expect(of(Infinity, 1)).toEqual([Infinity, 0, 0]);
  expect(of(NaN, 1)).toEqual([NaN, 0, 0]);
});

it("an infinite or NaN activation makes the product NaN", () =>
  property(
    fc.tuple(matrix(Q4_1, 2, 64), numbers(64), fc.nat({ max: 63 }), fc.constantFrom(NaN, Infinity, -Infinity)),
    ([weight, x, at, bad]) => {
      x[at] = bad;
      const out = new Float32Array(2);
      matmul("int8", weight, x, 1, out);
      expect([...out]).toEqual([NaN, NaN]);
    },
  ));

it("embed unpacks the rows that the tokens name", () =>
  property(
    fc
      .constantFrom(...blockFormats)
      .chain((format) =>
        fc.tuple(matrix(format, 5, 2 * format.blockLength), fc.array(fc.nat({ max: 4 }), { maxLength: 6 })),
      ),
    ([weight, tokens]) => {
      const { format, bytes, columns } = weight;
      const [table, out] = [unpacked(weight), new Float32Array(tokens.length * columns)];
      embed(format, bytes, columns, Int32Array.from(tokens), out);
      tokens.forEach((token, t) => {
        const row = table.slice(token * columns, (token + 1) * columns);
        expect(out.slice(t * columns, (t + 1) * columns)).toEqual(row);
      });
    },
  ));

it("an F32 product by hand", () => {
  const bytes = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);
  const out = new Float32Array(4);
  matmulF32({ format: F32, bytes, rows: 2, columns: 3 }, Float32Array.of(1, 0, -1, 1, 1, 1), 2, out);
  expect([...out]).toEqual([-2, -2, 6, 15]);
});
