/** The laws of the matrix products. */
import fc from "fast-check";
import type { BlockFormat, IntegerFormat } from "../../kernels/formats/index.ts";
import { matmulF32, matmulInt8, quantizeActivation } from "../../kernels/reference/index.ts";
import { type IntegerFormatName, kernelFormats } from "../../kernels/wasm/index.ts";
import { type Kind, kinds, singles } from "./wasm-data.ts";
import { type Law, law } from "./wasm-harness.ts";
import { packWeight, type WeightCase, weightBytes, weightCases } from "./wasm-weights.ts";

export interface ProductCase extends WeightCase {
  readonly tokens: number;
  readonly kind: Kind;
  /** A part of the rows: from band `bands[0]` to `bands[1]`, cut at the weight's end. */
  readonly bands: readonly [number, number];
}

export function productCases(weights: fc.Arbitrary<WeightCase>): fc.Arbitrary<ProductCase> {
  // A tile has 64 tokens, or 16.
  const few = fc.integer({ min: 1, max: 6 }),
    some = fc.integer({ min: 15, max: 35 }),
    many = fc.integer({ min: 60, max: 70 });
  const tokens = fc.oneof({ weight: 18, arbitrary: few }, some, many);
  const band = fc.integer({ min: 0, max: 3 });
  const rest = fc.record({ tokens, kind: kinds, bands: fc.tuple(band, band), wider: fc.constant(1) });
  // One token meets many rows in streams, of wide ones some columns in turn.
  const rows = fc.integer({ min: 30, max: 80 }),
    someBand = fc.integer({ min: 0, max: 20 });
  const streamed = fc.record({
    rows,
    tokens: fc.integer({ min: 1, max: 2 }),
    kind: kinds,
    bands: fc.tuple(someBand, someBand),
    wider: fc.integer({ min: 1, max: 8 }),
  });
  const others = fc.oneof({ weight: 9, arbitrary: rest }, streamed);
  return fc
    .tuple(weights, others)
    .map(([weight, { wider, ...more }]) => ({ ...weight, ...more, columns: weight.columns * wider }));
}

export function rowRange({ rows, bands }: ProductCase): [number, number] {
  const [start, end] = [Math.min(...bands), Math.max(...bands)];
  return start === end ? [0, rows] : [Math.min(4 * start, (rows + 3) & ~3), Math.min(4 * end, rows)];
}

/** Fills what a kernel must not touch. */
export const untouched = 12345;

/** The int8 product of packed weights, over a range of rows, into rows that are wider than the weight has rows. */
export function matmulInt8Law(format: IntegerFormat, cases = productCases(weightCases(format))): Law {
  return law<ProductCase>({
    name: `matmul${format.name}`,
    cases,
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
      const scratch = heap.take(kernels.productScratchBytes(columns));
      multiply(weight, columns, activation, tokens, out, rows + 3, ...rowRange(input), scratch);
      return y;
    },
  });
}

/** The single-precision product of packed weights. Row-major formats also with columns that are no multiple of 4. */
export function matmulF32Law(format: BlockFormat): Law {
  const isRowMajor = format.blockLength === 1;
  const weights = isRowMajor
    ? fc.nat({ max: 31 }).chain((extra) => weightCases(format, extra - 16))
    : weightCases(format);
  return law<ProductCase>({
    name: `matmulF32, ${format.name}`,
    cases: productCases(weights),
    reference(input) {
      const { rows, columns, tokens, kind, seed } = input;
      const weight = { format, bytes: weightBytes(format, input), rows, columns };
      const out = new Float32Array(tokens * rows).fill(untouched);
      matmulF32(weight, singles(tokens * columns, kind, seed + 1), tokens, out, ...rowRange(input));
      return out;
    },
    kernel(kernels, heap, input) {
      const { rows, columns, tokens, kind, seed } = input;
      const weight = packWeight(kernels, heap, format, input);
      const stride = columns + 1;
      const x = heap.take(4 * tokens * stride);
      const values = singles(tokens * columns, kind, seed + 1);
      for (let t = 0; t < tokens; t++) {
        heap.floats(x + 4 * t * stride, columns).set(values.subarray(t * columns, (t + 1) * columns));
      }
      const out = heap.take(4 * tokens * rows);
      const y = heap.floats(out, tokens * rows).fill(untouched);
      const [start, end] = rowRange(input);
      const number = kernelFormats[format.name]!;
      const scratch = heap.take(kernels.singleScratchBytes(columns));
      kernels.matmulF32(number, weight, columns, x, stride, tokens, out, rows, start, end, scratch);
      return y;
    },
  });
}
