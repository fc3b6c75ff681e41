import type { Weight } from "../tensor/index.ts";

/** A weight that lies in WebAssembly memory, in the form that its kernels read. */
export interface WasmWeight extends Weight {
  /** Which memory, and where in it. */
  readonly arena: number;
  readonly address: number;
  readonly bytes: number;
  /** What the names of its kernels end with: the format, or the precision that it was unpacked to. */
  readonly kernel: string;
  /** Whether its products multiply integers. */
  readonly integers: boolean;
  /** Its first number, for weights that are one number. */
  readonly first: number;
}
