import { bandBytes } from "./packed";

/** Bytes of `rows` packed rows of `columns` values. */
export function packedBytes(format: i32, rows: i32, columns: i32): usize {
  return <usize>((rows + 3) >> 2) * bandBytes(format, columns);
}
