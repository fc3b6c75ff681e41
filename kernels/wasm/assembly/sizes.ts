import { bandBytes, BF16, F16, F32, Q2_K, Q3_K, Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0 } from "./packed";

/** Bytes of `rows` packed rows of `columns` values. */
export function packedBytes(format: i32, rows: i32, columns: i32): usize {
  const values = <usize>rows * <usize>columns;
  if (format == F32) return 4 * values;
  if (format == F16 || format == BF16) return 2 * values;
  return <usize>((rows + 3) >> 2) * bandBytes(format, columns);
}
