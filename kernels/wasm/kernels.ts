import type { IntegerFormatName } from "./formats.ts";

/** An address in the kernels' memory, in bytes. */
export type Pointer = number;

/**
 * Matrix product of packed weights with quantised activations, out[t·outStride + r] for rowStart ≤ r < rowEnd.
 * `rowStart` is a multiple of 4, and so is `rowEnd`, unless it is the weight's last. `scratch`: 256 bytes.
 */
export type MatmulInt8 = (
  weight: Pointer,
  columns: number,
  activation: Pointer,
  tokens: number,
  out: Pointer,
  outStride: number,
  rowStart: number,
  rowEnd: number,
  scratch: Pointer,
) => void;

/** The kernels of one instance. Pointers to singles are multiples of 4; all others of 8. Strides count values. */
export type Kernels = Readonly<Record<`matmul${IntegerFormatName}`, MatmulInt8>> & {
  /** Bytes of `rows` rows in the packed layout. */
  packedBytes(format: number, rows: number, columns: number): number;
  /**
   * Packs rows of a file's blocks at `source` (no alignment) to `out`. `rows` is a multiple of 4, unless it is the
   * weight's end. Answers the first block (counted from `source`) with an infinite or NaN half, or −1.
   */
  pack(format: number, source: Pointer, rows: number, columns: number, out: Pointer): number;
  /** Four packed rows (a band) to singles, row after row. Quantised formats only. */
  unpackBand(format: number, band: Pointer, columns: number, out: Pointer): void;
  /** Bytes of 32 quantised activations. */
  activationBytes(): number;
  /** [tokens, columns] singles to columns / 32 groups for each token. */
  quantizeActivation(x: Pointer, xStride: number, tokens: number, columns: number, out: Pointer): void;
};

/** Makes an instance of a module of `compileKernels` over `memory`, as fast as a function call: one for each thread. */
export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}
