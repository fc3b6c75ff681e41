/** The laws of activation quantisation, and of the norm that does it at once. */
import fc from "fast-check";
import { quantizeActivation, rmsNorm } from "../../kernels/reference/index.ts";
import { type Kind, kinds, singles } from "./wasm-data.ts";
import { type Heap, law } from "./wasm-harness.ts";

interface ActivationCase {
  readonly tokens: number;
  readonly groups: number;
  readonly kind: Kind;
  readonly seed: number;
}

const activationCases: fc.Arbitrary<ActivationCase> = fc.record({
  tokens: fc.integer({ min: 1, max: 3 }),
  groups: fc.integer({ min: 1, max: 5 }),
  kind: kinds,
  seed: fc.nat(),
});

/** Integers, scale and sums of each group, one after the other. */
function flatten(x: Float32Array, tokens: number, groups: number): Float32Array {
  const { q, scale, sums } = quantizeActivation(x, tokens, groups * 32);
  const out: number[] = [];
  for (let g = 0; g < tokens * groups; g++) {
    const [s0, s1] = [sums[2 * g], sums[2 * g + 1]];
    out.push(
      ...q.subarray(32 * g, 32 * g + 32),
      scale[g],
      s0 + s1,
      0 - 32 * s0,
      0 - 32 * s1,
      s0,
      s1,
      0 - 16 * (s0 + s1),
      1,
    );
  }
  return Float32Array.from(out);
}

/** The same from the kernels' layout. */
function readActivation(heap: Heap, at: number, count: number, size: number): Float32Array {
  const out: number[] = [];
  const order = [0, 2, 1, 3]; // of 16-bit integers
  for (let group = at; group < at + count * size; group += size) {
    const view = new DataView(heap.memory.buffer, group, size);
    const tail = size - 28;
    for (let k = 0; k < 32; k++) {
      out.push(tail === 32 ? view.getInt8(k) : view.getInt16(2 * ((k & ~3) + order[k & 3]), true));
    }
    const sum = view.getFloat32(tail + 4, true);
    out.push(view.getFloat32(tail, true), sum, view.getInt32(tail + 8, true), view.getInt32(tail + 12, true));
    out.push(view.getInt16(tail + 16, true), view.getInt16(tail + 18, true), view.getInt32(tail + 20, true));
    // By what the engine makes of bit 7.
    out.push(Number([0, -128 * sum].includes(view.getInt32(tail + 24, true))));
  }
  return Float32Array.from(out);
}

/** Puts rows of n values into memory, five values further apart than they are long. */
function putRows(heap: Heap, values: Float32Array, rows: number, n: number): number {
  const x = heap.take(4 * rows * (n + 5));
  for (let t = 0; t < rows; t++) heap.floats(x + 4 * t * (n + 5), n).set(values.subarray(t * n, (t + 1) * n));
  return x;
}

export const quantizeActivationLaw = law<ActivationCase>({
  name: "quantizeActivation",
  cases: activationCases,
  reference: ({ tokens, groups, kind, seed }) => flatten(singles(tokens * groups * 32, kind, seed), tokens, groups),
  kernel(kernels, heap, { tokens, groups, kind, seed }) {
    const n = 32 * groups;
    const size = kernels.activationBytes();
    const x = putRows(heap, singles(tokens * n, kind, seed), tokens, n);
    const at = heap.take(tokens * groups * size);
    kernels.quantizeActivation(x, n + 5, tokens, n, at);
    return readActivation(heap, at, tokens * groups, size);
  },
});

export const rmsNormQuantizeLaw = law<ActivationCase>({
  name: "rmsNormQuantize",
  cases: activationCases,
  reference({ tokens, groups, kind, seed }) {
    const n = 32 * groups;
    const y = new Float32Array(tokens * n);
    rmsNorm(singles(tokens * n, kind, seed), singles(n, "ordinary", seed + 1), 1e-5, y);
    return Float32Array.of(...y, ...flatten(y, tokens, groups));
  },
  kernel(kernels, heap, { tokens, groups, kind, seed }) {
    const n = 32 * groups;
    const size = kernels.activationBytes();
    const x = putRows(heap, singles(tokens * n, kind, seed), tokens, n);
    const weight = heap.put(singles(n, "ordinary", seed + 1));
    const y = heap.take(4 * tokens * n);
    const at = heap.take(tokens * groups * size);
    kernels.rmsNormQuantize(x, n + 5, tokens, weight, n, 1e-5, y, n, at);
    return Float32Array.of(...heap.floats(y, tokens * n), ...readActivation(heap, at, tokens * groups, size));
  },
});
