/** The laws of the kernels that work on rows of values. */
import fc from "fast-check";
import type { BlockFormat } from "../../kernels/formats/index.ts";
import * as reference from "../../kernels/reference/index.ts";
import { kernelFormats, type Kernels, type Pointer } from "../../kernels/wasm/index.ts";
import { type Kind, kinds, singles } from "./wasm-data.ts";
import { type Heap, type Law, law } from "./wasm-harness.ts";
import { packWeight, type WeightCase, weightBytes, weightCases } from "./wasm-weights.ts";

interface RowsCase {
  readonly rows: number;
  readonly n: number;
  readonly kind: Kind;
  readonly seed: number;
}

const rowsCases: fc.Arbitrary<RowsCase> = fc.record({
  rows: fc.integer({ min: 1, max: 3 }),
  n: fc.integer({ min: 1, max: 70 }),
  kind: kinds,
  seed: fc.nat(),
});

/** Two inputs, one output of rows·n values; in place for odd seeds. */
function rowsLaw(
  name: string,
  expected: (a: Float32Array, b: Float32Array, out: Float32Array, input: RowsCase) => void,
  run: (kernels: Kernels, a: Pointer, b: Pointer, out: Pointer, input: RowsCase, heap: Heap) => void,
): Law {
  const inputs = ({ rows, n, kind, seed }: RowsCase) =>
    [singles(rows * n, kind, seed), singles(rows * n, kind, seed + 1)] as const;
  return law<RowsCase>({
    name,
    cases: rowsCases,
    reference(input) {
      const [a, b] = inputs(input);
      const out = new Float32Array(a.length);
      expected(a, b, out, input);
      return out;
    },
    kernel(kernels, heap, input) {
      const [a, b] = inputs(input).map((values) => heap.put(values)) as [Pointer, Pointer];
      const out = input.seed % 2 === 1 ? a : heap.take(4 * input.rows * input.n);
      run(kernels, a, b, out, input, heap);
      return heap.floats(out, input.rows * input.n);
    },
  });
}

export const rowLaws: readonly Law[] = [
  rowsLaw("add", reference.add, (kernels, a, b, out, { rows, n }) => kernels.add(a, b, rows * n, out)),
  rowsLaw("multiply", reference.multiply, (kernels, a, b, out, { rows, n }) => kernels.multiply(a, b, rows * n, out)),
  rowsLaw("swiglu", reference.swiglu, (kernels, a, b, out, { rows, n }) => kernels.swiglu(a, n, b, n, rows, n, out, n)),
  rowsLaw("geglu", reference.geglu, (kernels, a, b, out, { rows, n }) => kernels.geglu(a, n, b, n, rows, n, out, n)),
  rowsLaw(
    "scale",
    (a, b, out) => reference.scale(a, b[0], out),
    (kernels, a, b, out, { rows, n }, heap) => kernels.scale(a, heap.floats(b, 1)[0], rows * n, out),
  ),
  rowsLaw(
    "softCap",
    (a, _, out) => reference.softCap(a, 30, out),
    (kernels, a, _, out, { rows, n }) => kernels.softCap(a, 30, rows * n, out),
  ),
  rowsLaw(
    "softmax",
    (a, _, out, { rows, n }) => reference.softmax(a, rows, n, out),
    (kernels, a, _, out, { rows, n }) => kernels.softmax(a, rows, n, out),
  ),
  rowsLaw(
    "rmsNorm",
    (a, b, out, { n }) => reference.rmsNorm(a, b.subarray(0, n), 1e-6, out),
    (kernels, a, b, out, { rows, n }) => kernels.rmsNorm(a, n, rows, b, n, 1e-6, out, n),
  ),
  rowsLaw("gegluHalf", reference.gegluHalf, (kernels, a, b, out, { rows, n }) =>
    kernels.gegluHalf(a, n, b, n, rows, n, out, n),
  ),
  rowsLaw("swigluClamped", reference.swigluClamped, (kernels, a, b, out, { rows, n }) =>
    kernels.swigluClamped(a, n, b, n, rows, n, out, n),
  ),
  rowsLaw(
    "geluHalf",
    (a, _, out) => reference.geluHalf(a, out),
    (kernels, a, _, out, { rows, n }) => kernels.geluHalf(a, rows * n, out),
  ),
  rowsLaw(
    "reluSquared",
    (a, _, out) => reference.reluSquared(a, out),
    (kernels, a, _, out, { rows, n }) => kernels.reluSquared(a, rows * n, out),
  ),
  rowsLaw(
    "clamp",
    (a, b, out) => reference.clamp(a, Math.abs(b[0]), out),
    (kernels, a, b, out, { rows, n }, heap) => kernels.clamp(a, Math.abs(heap.floats(b, 1)[0]), rows * n, out),
  ),
  rowsLaw(
    "sigmoidGate",
    (a, b, out, { n }) => reference.sigmoidGate(a, b.subarray(0, out.length / n), n, out),
    (kernels, a, b, out, { rows, n }) => {
      for (let t = 0; t < rows; t++) kernels.sigmoidGate(a + 4 * t * n, b + 4 * t, n, out + 4 * t * n);
    },
  ),
  rowsLaw(
    "addScaled",
    (a, b, out) => {
      const factor = Math.fround(b[0]);
      reference.scale(b, factor, out);
      reference.add(a, out, out);
    },
    (kernels, a, b, out, { rows, n }, heap) => {
      heap.floats(out, rows * n).set(heap.floats(a, rows * n));
      kernels.addScaled(out, b, heap.floats(b, 1)[0], rows * n);
    },
  ),
  rowsLaw(
    "layerNorm",
    (a, b, out, { n, seed }) => {
      const bias = seed % 3 === 0 ? undefined : b.subarray(0, n);
      reference.layerNorm(a, b.subarray(0, n), bias, 1e-6, out, n);
    },
    (kernels, a, b, out, { rows, n, seed }) => kernels.layerNorm(a, rows, b, 1, seed % 3 === 0 ? 0 : b, n, 1e-6, out),
  ),
  rowsLaw(
    "layerNorm with a weight of each segment's own",
    (a, b, out, { n }) => reference.layerNorm(a, b, b, 1e-6, out, n),
    (kernels, a, b, out, { rows, n }) => kernels.layerNorm(a, rows, b, rows, b, n, 1e-6, out),
  ),
  rowsLaw(
    "addBias",
    (a, b, out, { rows, n }) => reference.addBias(a, b.subarray(0, n), rows, out),
    (kernels, a, b, out, { rows, n }, heap) => {
      heap.floats(out, rows * n).set(heap.floats(a, rows * n));
      kernels.addBias(out, n, b, rows, n);
    },
  ),
];

interface RopeCase {
  readonly tokens: number;
  readonly heads: number;
  readonly pairs: number;
  readonly rest: number;
  readonly pairing: reference.RopePairing;
  readonly kind: Kind;
  readonly seed: number;
  readonly byPosition: boolean;
}

const ropeTable = ({ pairs, seed }: RopeCase, rows: number): reference.RopeTable => ({
  cos: singles(rows * pairs, "ordinary", seed + 1),
  sin: singles(rows * pairs, "ordinary", seed + 2),
});

/** Any numbers do as cosines and sines. */
export const ropeLaw = law<RopeCase>({
  name: "rope",
  cases: fc.record({
    tokens: fc.integer({ min: 1, max: 3 }),
    heads: fc.integer({ min: 1, max: 3 }),
    pairs: fc.integer({ min: 1, max: 17 }),
    rest: fc.nat({ max: 3 }),
    pairing: fc.constantFrom("adjacent", "halves"),
    kind: kinds,
    seed: fc.nat(),
    byPosition: fc.boolean(),
  }),
  reference(input) {
    const { tokens, heads, pairs, rest, pairing, kind, seed, byPosition } = input;
    const n = 2 * pairs + rest;
    const x = singles(tokens * heads * n, kind, seed);
    let table = ropeTable(input, 2 * tokens);
    // By position, token t is at position 2t + 1.
    const pick = (a: Float32Array): Float32Array => a.filter((_, i) => Math.floor(i / pairs) % 2 === 1);
    if (byPosition) table = { cos: pick(table.cos), sin: pick(table.sin) };
    reference.rope(x, tokens, heads, n, 2 * pairs, pairing, table, x);
    return x;
  },
  kernel(kernels, heap, input) {
    const { tokens, heads, pairs, rest, pairing, kind, seed, byPosition } = input;
    const n = 2 * pairs + rest;
    const x = heap.put(singles(tokens * heads * n, kind, seed));
    const table = ropeTable(input, 2 * tokens);
    const [cos, sin] = [heap.put(table.cos), heap.put(table.sin)];
    const positions = byPosition ? heap.put(Int32Array.from({ length: tokens }, (_, t) => 2 * t + 1)) : 0;
    kernels.rope(x, heads * n, tokens, heads, n, pairs, pairing === "adjacent" ? 1 : 0, cos, sin, positions);
    return heap.floats(x, tokens * heads * n);
  },
});

/** Many equal values, and infinities and NaN among them. */
function logits({ n, kind, seed }: RowsCase): Float32Array {
  return singles(n, kind, seed).map((value) => (seed % 3 === 0 ? Math.trunc(value * 3) : value));
}

export const argmaxLaw = law<RowsCase>({
  name: "argmax",
  cases: rowsCases,
  reference: (input) => Float32Array.of(reference.argmax(logits(input))),
  kernel: (kernels, heap, input) => Float32Array.of(kernels.argmax(heap.put(logits(input)), input.n)),
});

export const topKLaw = law<RowsCase>({
  name: "topK",
  cases: rowsCases.map((input) => ({ ...input, n: input.n * 3 })),
  reference: (input) => Float32Array.from(reference.topK(logits(input), input.seed % 40)),
  kernel(kernels, heap, input) {
    const k = input.seed % 40;
    const [x, places, values] = [heap.put(logits(input)), heap.take(4 * k), heap.take(4 * k)];
    const count = kernels.topK(x, input.n, k, places, values);
    return Float32Array.from(new Int32Array(heap.memory.buffer, places, count));
  },
});

/** Every row of a packed table, from the last to the first. */
export function embedLaw(format: BlockFormat): Law {
  const tokens = ({ rows }: WeightCase): Int32Array => Int32Array.from({ length: rows }, (_, i) => rows - 1 - i);
  const cases = format.blockLength === 1 ? weightCases(format, -3) : weightCases(format);
  return law<WeightCase>({
    name: `embed, ${format.name}`,
    cases,
    reference(input) {
      const { rows, columns } = input;
      const out = new Float32Array(rows * columns);
      reference.embed(format, weightBytes(format, input), columns, tokens(input), out);
      return out;
    },
    kernel(kernels, heap, input) {
      const { rows, columns } = input;
      const table = packWeight(kernels, heap, format, input);
      const out = heap.take(4 * rows * columns);
      const scratch = heap.take(16 * columns);
      tokens(input).forEach((row, t) => {
        kernels.embed(kernelFormats[format.name]!, table, columns, row, out + 4 * t * columns, scratch);
      });
      return heap.floats(out, rows * columns);
    },
  });
}
