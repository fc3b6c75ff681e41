/** Rows of an embedding table. */
import { bandBytes, BF16, F16, F32 } from "./packed";
import { HALF_MASK, HALF_UNIT, halves, hidden } from "./simd";
import { unpackBand } from "./unpack";

/** Row-major F32, F16 or BF16 values to singles. */
export function unpackRow(format: i32, p: usize, columns: i32, out: usize): void {
  if (format == F32) {
    memory.copy(out, p, <usize>columns << 2);
    return;
  }
  const mask = hidden(HALF_MASK, columns), unit = hidden(HALF_UNIT, columns);
  let k = 0;
  for (; k + 4 <= columns; k += 4, p += 8, out += 16) {
    v128.store(out, format == F16 ? halves(p, mask, unit) : i32x4.shl(v128.load16x4_u(p), 16));
  }
  for (; k < columns; k++, p += 2, out += 4) {
    const bits = <i32>load<i16>(p);
    const half = reinterpret<f32>((bits << 13) & HALF_MASK) * reinterpret<f32>(HALF_UNIT);
    store<f32>(out, format == F16 ? half : reinterpret<f32>(bits << 16));
  }
}

/** Row `row` of a packed table. `scratch`: 16·columns bytes, for quantised formats. */
export function embed(format: i32, table: usize, columns: i32, row: i32, out: usize, scratch: usize): void {
  if (format == F32) unpackRow(F32, table + (<usize>row * columns << 2), columns, out);
  else if (format == F16 || format == BF16) unpackRow(format, table + (<usize>row * columns << 1), columns, out);
  else {
    unpackBand(format, table + <usize>(row >> 2) * bandBytes(format, columns), columns, scratch);
    memory.copy(out, scratch + (<usize>(row & 3) * columns << 2), <usize>columns << 2);
  }
}
