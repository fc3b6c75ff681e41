/** The laws of the matrix products and of activation quantisation. */
import fc from "fast-check";
import type { IntegerFormat } from "../../kernels/formats/index.ts";
import { matmulInt8, quantizeActivation } from "../../kernels/reference/index.ts";
import type { IntegerFormatName } from "../../kernels/wasm/index.ts";
import { type Kind, kinds, singles } from "./wasm-data.ts";
import { type Law, law } from "./wasm-harness.ts";
import { packWeight, type WeightCase, weightBytes, weightCases } from "./wasm-weights.ts";

interface ProductCase extends WeightCase {
  readonly tokens: number;
  readonly kind: Kind;
  /** A part of the rows: from band `bands[0]` to `bands[1]`, cut at the weight's end. */
  readonly bands: readonly [number, number];
}

function productCases(weights: fc.Arbitrary<WeightCase>): fc.Arbitrary<ProductCase> {
  const tokens = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 6 }) }, fc.integer({ min: 15, max: 35 }));
  const band = fc.integer({ min: 0, max: 3 });
  const rest = fc.record({ tokens, kind: kinds, bands: fc.tuple(band, band) });
  return fc.tuple(weights, rest).map(([weight, more]) => ({ ...weight, ...more }));
}

function rowRange({ rows, bands }: ProductCase): [number, number] {
  const [start, end] = [Math.min(...bands), Math.max(...bands)];
  return start === end ? [0, rows] : [Math.min(4 * start, (rows + 3) & ~3), Math.min(4 * end, rows)];
}

/** Fills what a kernel must not touch. */
const untouched = 12345;

/** The int8 product of packed weights, over a range of rows, into rows that are wider than the weight has rows. */
export function matmulInt8Law(format: IntegerFormat): Law {
  return law<ProductCase>({
    name: `matmul${format.name}`,
    cases: productCases(weightCases(format)),
    reference(input) {
      const { rows, columns, tokens, kind, seed } = input;
      const x = quantizeActivation(singles(tokens * columns, kind, seed + 1), tokens, columns);
      const out = new Float32Array(tokens * rows).fill(untouched);
      const weight = { format, bytes: weightBytes(format, input), rows, columns };
      matmulInt8(weight, x, tokens, out, ...rowRange(input));
      const wide = new Float32Array(tokens * (rows + 3)).fill(untouched);
      for (let t = 0; t < tokens; t++) wide.set(out.subarray(t * rows, (t + 1) * rows), t * (rows + 3));
      return wide;
    },
    kernel(kernels, heap, input) {
      const { rows, columns, tokens, kind, seed } = input;
      const weight = packWeight(kernels, heap, format, input);
      const x = heap.put(singles(tokens * columns, kind, seed + 1));
      const activation = heap.take((tokens * columns * kernels.activationBytes()) / 32);
      kernels.quantizeActivation(x, columns, tokens, columns, activation);
      const out = heap.take(4 * tokens * (rows + 3));
      const y = heap.floats(out, tokens * (rows + 3)).fill(untouched);
      const multiply = kernels[`matmul${format.name as IntegerFormatName}`];
      multiply(weight, columns, activation, tokens, out, rows + 3, ...rowRange(input), heap.take(256));
      return y;
    },
  });
}

interface ActivationCase {
  readonly tokens: number;
  readonly groups: number;
  readonly kind: Kind;
  readonly seed: number;
}

/** Quantised activations, read back from the kernels' layout: integers, scales and sums. */
export const quantizeActivationLaw = law<ActivationCase>({
  name: "quantizeActivation",
  cases: fc.record({
    tokens: fc.integer({ min: 1, max: 3 }),
    groups: fc.integer({ min: 1, max: 5 }),
    kind: kinds,
    seed: fc.nat(),
  }),
  reference({ tokens, groups, kind, seed }) {
    const { q, scale, sums } = quantizeActivation(singles(tokens * groups * 32, kind, seed), tokens, groups * 32);
    const out: number[] = [];
    for (let g = 0; g < tokens * groups; g++) {
      const [s0, s1] = [sums[2 * g]!, sums[2 * g + 1]!];
      out.push(...q.subarray(32 * g, 32 * g + 32), scale[g]!, s0 + s1, s0, s0, s1);
    }
    return Float32Array.from(out);
  },
  kernel(kernels, heap, { tokens, groups, kind, seed }) {
    const size = kernels.activationBytes();
    const columns = 32 * groups;
    const stride = columns + 5;
    const x = heap.take(4 * tokens * stride);
    const values = singles(tokens * columns, kind, seed);
    for (let t = 0; t < tokens; t++) {
      heap.floats(x + 4 * t * stride, columns).set(values.subarray(t * columns, (t + 1) * columns));
    }
    const at = heap.take(tokens * groups * size);
    kernels.quantizeActivation(x, stride, tokens, columns, at);
    const out: number[] = [];
    const order = [0, 2, 1, 3]; // of 16-bit integers
    for (let group = at; group < at + tokens * groups * size; group += size) {
      const view = new DataView(heap.memory.buffer, group, size);
      const tail = size - 16;
      for (let k = 0; k < 32; k++) {
        out.push(tail === 32 ? view.getInt8(k) : view.getInt16(2 * ((k & ~3) + order[k & 3]!), true));
      }
      out.push(view.getFloat32(tail, true), view.getInt32(tail + 4, true), view.getInt32(tail + 8, true));
      out.push(view.getInt16(tail + 12, true), view.getInt16(tail + 14, true));
    }
    return Float32Array.from(out);
  },
});
