import type { IntegerFormatName } from "../../kernels/wasm/index.ts";
import type { Weight } from "../tensor/index.ts";

/** A weight that lies in WebAssembly memory, in the form that its kernels read. */
export interface WasmWeight extends Weight {
  /** Which memory, and where in it. */
  readonly arena: number;
  readonly address: number;
  readonly bytes: number;
  /** The number by which kernels know its format. */
  readonly format: number;
  /** The format's name, if its products multiply integers. */
  readonly integers: IntegerFormatName | undefined;
  /** Its first number, for weights that are one number. */
  readonly first: number;
}
