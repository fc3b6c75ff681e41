/** Rows of an embedding table. */
import { bandBytes, BF16, F16, F32 } from "./packed";
import { HALF_UNIT, hidden, storeLanes } from "./simd";
import { unpackBand } from "./unpack";
import { inUnits, lowerPlace, lowerValues, upperMask, upperValues } from "./values";

// @ts-ignore: decorator
@inline function copyValues(format: i32, band: usize, row: i32, columns: i32, out: usize): void {
  const mask = upperMask(format, columns), place = lowerPlace(columns), unit = hidden(HALF_UNIT, columns);
  let p = band + <usize>(row & 3) * 16;
  for (let left = columns; left > 0; left -= 4, p += 64, out += 16) {
    const words = v128.load(p);
    storeLanes(out, inUnits(format, lowerValues(format, words, mask, place), unit), left);
    if (format == F32 || left <= 4) continue;
    left -= 4, out += 16;
    storeLanes(out, inUnits(format, upperValues(format, words, mask), unit), left);
  }
}

/** Row `row` of a packed table of any format. `scratch`: 16·columns bytes, for quantised formats. */
export function embed(format: i32, table: usize, columns: i32, row: i32, out: usize, scratch: usize): void {
  const band = table + <usize>(row >> 2) * bandBytes(format, columns);
  if (format == F32) copyValues(F32, band, row, columns, out);
  else if (format == F16) copyValues(F16, band, row, columns, out);
  else if (format == BF16) copyValues(BF16, band, row, columns, out);
  else {
    unpackBand(format, band, columns, scratch);
    memory.copy(out, scratch + (<usize>(row & 3) * columns << 2), <usize>columns << 2);
  }
}
