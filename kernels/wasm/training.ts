import { decodeBase64 } from "./base64.ts";
import type { Kernels, Pointer } from "./kernels.ts";

/**
 * The kernels for training, a module of their own that only training loads. Numbers are singles, pointers multiples of
 * 4; lengths are multiples of 8 unless said otherwise. Panels and strips: how `pack…` lays matrices out for products.
 */
export interface TrainingKernels extends Pick<Kernels, "add" | "swiglu" | "rmsNorm" | "rope"> {
  /** Rows of [rows, columns] as panels of 8 columns. */
  readonly packPanels: (a: Pointer, stride: number, rows: number, columns: number, out: Pointer) => void;
  /** The transpose of [rows, columns] as panels of 8 rows. */
  readonly packTransposed: (a: Pointer, stride: number, rows: number, columns: number, out: Pointer) => void;
  /** Columns of [rows, columns] as strips of 4; `lower`: 1 for what is on or below the diagonal's tiles only. */
  readonly packStrips: (a: Pointer, stride: number, rows: number, columns: number, out: Pointer, lower: number) => void;
  /** c[rows, columns] = a[rows, k] · b, or += with `add`; b in panels. */
  readonly product: (
    a: Pointer,
    aStride: number,
    b: Pointer,
    c: Pointer,
    cStride: number,
    rows: number,
    columns: number,
    k: number,
    add: number,
  ) => void;
  /** c[rows, columns] = aᵀ · b, or +=; a in strips, b in panels, both of k rows. */
  readonly productPacked: (
    a: Pointer,
    b: Pointer,
    c: Pointer,
    cStride: number,
    rows: number,
    columns: number,
    k: number,
    add: number,
  ) => void;
  /** The lower triangle, in tiles, of c[n, n] = a[n, k] · bᵀ; b by `packTransposed`. */
  readonly productLower: (a: Pointer, aStride: number, b: Pointer, c: Pointer, n: number, k: number) => void;
  /** c[n, columns] = a · b, or +=, for a lower triangle a[n, n]; b in panels. */
  readonly productByLower: (
    a: Pointer,
    b: Pointer,
    c: Pointer,
    cStride: number,
    n: number,
    columns: number,
    add: number,
  ) => void;
  /** c[n, columns] = aᵀ · b, or +=, for a lower triangle in strips; b in panels. */
  readonly productByUpper: TrainingKernels["productByLower"];
  readonly softmaxCausal: (scores: Pointer, n: number, scale: number) => void;
  readonly softmaxCausalBackward: (weights: Pointer, gradient: Pointer, n: number, scale: number) => void;
  /** out = x, or += with `add`. */
  readonly accumulate: (x: Pointer, n: number, out: Pointer, add: number) => void;
  readonly rmsNormBackward: (
    x: Pointer,
    weight: Pointer,
    epsilon: number,
    dy: Pointer,
    segments: number,
    n: number,
    dx: Pointer,
    dWeight: Pointer,
    add: number,
  ) => void;
  readonly swigluBackward: (
    gate: Pointer,
    up: Pointer,
    dy: Pointer,
    n: number,
    dGate: Pointer,
    dUp: Pointer,
    addGate: number,
    addUp: number,
  ) => void;
  /** `tokens`: i32. */
  readonly embedRows: (tokens: Pointer, rows: number, n: number, table: Pointer, out: Pointer) => void;
  readonly embedBackward: (tokens: Pointer, rows: number, n: number, dy: Pointer, dTable: Pointer) => void;
  /** Softmax of scale·x in its place; for each row its largest scaled number and its sum of exponentials to `facts`. */
  readonly softmaxRows: (x: Pointer, rows: number, n: number, scale: number, facts: Pointer) => void;
  readonly scaleAll: (x: Pointer, n: number, scale: number) => void;
  /** Adds the units' gradients, `stride` bytes apart, into the first's place, times `scale`; the sum of their squares. */
  readonly reduceGradients: (g: Pointer, stride: number, units: number, n: number, scale: number) => number;
  readonly adamW: (
    p: Pointer,
    g: Pointer,
    m: Pointer,
    v: Pointer,
    n: number,
    clip: number,
    beta1: number,
    beta2: number,
    rate: number,
    keep: number,
    root: number,
    epsilon: number,
  ) => void;
}

let compiled: Promise<WebAssembly.Module> | undefined;

/** The module, for shared memory; it can be posted to a worker. @throws WebAssembly.CompileError without SIMD */
export function compileTrainingKernels(): Promise<WebAssembly.Module> {
  compiled ??= import("./build/training.ts").then(({ training }) => WebAssembly.compile(decodeBase64(training)));
  return compiled;
}

export function instantiateTrainingKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): TrainingKernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as TrainingKernels;
}
