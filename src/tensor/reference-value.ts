import type { Value, Weight } from "./operations.ts";
import type { ReferenceWeight } from "./reference-weight.ts";

/** A value that holds its numbers. [rows, columns] */
export interface ReferenceValue extends Value {
  readonly rows: number;
  readonly data: Float32Array;
}

/** A value of zeros. */
export function zeros(rows: number, columns: number): ReferenceValue {
  return { rows, columns, data: new Float32Array(rows * columns) };
}

/** A norm's weight or a bias in single precision, whatever it is stored as. [rows · columns] */
export function vector(weight: Weight): Float32Array {
  const { format, bytes, rows, columns } = weight as ReferenceWeight;
  const out = new Float32Array(rows * columns);
  format.unpack(bytes, 0, out.length / format.blockLength, out, 0);
  return out;
}
