import type { BlockFormat } from "../formats/index.ts";

/** A weight [rows, columns] as it lies in the file: row after row, each a whole number of blocks. */
export interface Matrix {
  readonly format: BlockFormat;
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly columns: number;
}

/** `"f32"`: weights are unpacked, all is single precision. `"int8"`: quantised weights meet 8-bit activations. */
export type Precision = "f32" | "int8";
