import type { BlockFormat } from "../../kernels/formats/index.ts";
import type { IntegerFormatName } from "../../kernels/wasm/index.ts";
import type { Weight } from "../tensor/index.ts";

/** A weight that lies in WebAssembly memory, in the form that its kernels read. */
export interface WasmWeight extends Weight {
  /** Which memory, and where in it. */
  readonly arena: number;
  readonly address: number;
  readonly packedBytes: number;
  /** The number by which kernels know its format. */
  readonly kernelFormat: number;
  /** The format's name, if its products multiply integers. */
  readonly integers: IntegerFormatName | undefined;
  /** Its first number, for weights that are one number. */
  readonly first: number;
  /** The file's own blocks, of vectors only: what reads those without a kernel takes them as a `ReferenceWeight`. */
  readonly format?: BlockFormat;
  readonly bytes?: Uint8Array;
}
