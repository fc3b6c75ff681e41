import { createIntegerRow, type IntegerFormat } from "../formats/index.ts";
import type { Matrix } from "./matrix.ts";
import type { QuantizedActivation } from "./quantize-activation.ts";

const f = Math.fround;

/**
 * Matrix product of quantised weights with quantised activations, out[t][r] = Σₖ weight[r][k]·x[t][k]: sums of
 * integers, exact in any order, and for each group g of 32 columns, in order, one step in single precision:
 *
 *     I = Σ over both halves h:  factor[h] · Σ q_w·q_x        J = Σ over both halves h:  offset[h] · Σ q_x
 *     sum ← sum + (I·scale[g] + J·min[g]) · scale_x[g]        (the J term only where the format has offsets)
 *
 * Only rows `rowStart … rowEnd − 1` are computed, each as if it were alone.
 *
 * @param x [tokens, columns], from `quantizeActivation`
 * @param out [tokens, rows]
 */
export function matmulInt8(
  weight: Matrix & { readonly format: IntegerFormat },
  x: QuantizedActivation,
  tokens: number,
  out: Float32Array,
  rowStart = 0,
  rowEnd = weight.rows,
): void {
  const { format, bytes, rows, columns } = weight;
  const blocks = columns / format.blockLength;
  const groups = columns / 32;
  const row = createIntegerRow(columns);
  for (let r = rowStart; r < rowEnd; r++) {
    format.unpackIntegers(bytes, r * blocks * format.blockBytes, blocks, row, 0);
    for (let t = 0; t < tokens; t++) {
      let sum = f(0);
      for (let g = 0; g < groups; g++) {
        const h = 2 * g;
        const xh = 2 * (t * groups + g);
        const i =
          (Math.imul(row.factor[h], dot16(row.q, 16 * h, x.q, 16 * xh)) +
            Math.imul(row.factor[h + 1], dot16(row.q, 16 * h + 16, x.q, 16 * xh + 16))) |
          0;
        let term = f(f(i) * row.scale[g]);
        if (format.hasMin) {
          const j = (Math.imul(row.offset[h], x.sums[xh]) + Math.imul(row.offset[h + 1], x.sums[xh + 1])) | 0;
          term = f(term + f(f(j) * row.min[g]));
        }
        sum = f(sum + f(term * x.scale[t * groups + g]));
      }
      out[t * rows + r] = sum;
    }
  }
}

/** Σ a[k]·b[k] over 16 integers, exact. */
function dot16(a: Int8Array, aOffset: number, b: Int8Array, bOffset: number): number {
  let sum = 0;
  for (let k = 0; k < 16; k++) sum = (sum + Math.imul(a[aOffset + k], b[bOffset + k])) | 0;
  return sum;
}
